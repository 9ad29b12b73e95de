import { z } from 'zod'
import { readTrace } from '../../access/index.ts'
import {
  type TraceQuestion,
  traceQuestionSchema,
  type Use,
  usePageSchema,
  useProofSchema,
} from '../../contract/index.ts'
import { InvalidInput, type PersonId } from '../../kernel/index.ts'
import { type EntryKind, LedgerFailure, type TraceRow } from '../../ledger/index.ts'
import { type ApiCall, type ApiRoute, apiRoute } from '../api-route.ts'
import { contextOf } from './context.ts'
import type { ConsoleDesk } from './desk.ts'
import { releasedOnly } from './refusal.ts'

/** What a person means by a use: what was asked, allowed, refused, shown or written; not each step of its trace. */
const useKinds: readonly EntryKind[] = [
  'permit',
  'refusal',
  'search',
  'exposure',
  'write',
  'reminder',
  'export',
  'foreign',
]

const paging = {
  before: z.coerce.number().int().min(0).optional(),
  count: z.coerce.number().int().min(1).max(200).default(50),
}

/** Who has looked, my own uses, and the trace for those who may ask; each reading is itself traced. */
export function useRoutes(desk: ConsoleDesk): readonly ApiRoute[] {
  return [
    apiRoute({
      method: 'GET',
      url: '/api/uses/mine',
      summary: 'The uses of the signed-in person, newest first',
      query: z.object(paging),
      answer: usePageSchema,
      answerWith: (call) => readPage(desk, call, { ...call.query, person: call.caller.person }, useKinds),
    }),
    apiRoute({
      method: 'GET',
      url: '/api/patients/:id/uses',
      summary: 'Who has looked at this patient, newest first',
      params: z.object({ id: z.string().min(1).max(64) }),
      query: z.object(paging),
      answer: usePageSchema,
      answerWith: (call) => readPage(desk, call, { ...call.query, patient: call.params.id }, useKinds),
    }),
    apiRoute({
      method: 'GET',
      url: '/api/trace',
      summary: 'Questions to the ledger, for those who may ask',
      query: traceQuestionSchema,
      answer: usePageSchema,
      answerWith: (call) => readPage(desk, call, call.query),
    }),
    apiRoute({
      method: 'GET',
      url: '/api/trace/:sequence',
      summary: 'One entry, its bytes, and its proof against the newest checkpoint',
      params: z.object({ sequence: z.coerce.number().int().min(0) }),
      answer: useProofSchema,
      answerWith: (call) => readProof(desk, call),
    }),
  ]
}

type Asking = ApiCall<unknown, unknown, unknown>

async function readPage(desk: ConsoleDesk, call: Asking, question: TraceQuestion, kinds?: readonly EntryKind[]) {
  const read = releasedOnly(
    await readTrace({ ...contextOf(call), question, ...(kinds && { kinds }) }, desk, desk.trace),
  )
  const names = await namesOf(desk, read.rows)
  const uses = read.rows.map((row) => useOf(row, names, (patient) => read.patientNames.get(patient as never)))
  return { uses, ...(read.nextBefore !== undefined && { nextBefore: read.nextBefore }), receipt: read.receipt.sequence }
}

/** The entry decides who may read it: its own person, or whoever may ask about its patient or its person. */
async function readProof(desk: ConsoleDesk, call: ApiCall<{ sequence: number }, unknown, unknown>) {
  const row = await desk.trace.entryAt(call.params.sequence)
  if (!row) {
    throw new InvalidInput([
      {
        field: 'path.sequence',
        rule: 'known',
        zh: '台账中没有这个序号',
        en: 'the ledger has no entry with this number',
      },
    ])
  }
  const { entry } = row
  const about: Pick<TraceQuestion, 'patient' | 'person'> = {
    ...(entry.patient && { patient: entry.patient }),
    ...(entry.actor?.person && { person: entry.actor.person }),
  }
  const question: TraceQuestion = { ...about, sequence: row.sequence, count: 1 }
  const read = releasedOnly(await readTrace({ ...contextOf(call), question }, desk, desk.trace))
  const names = await namesOf(desk, [row])
  const proof = await proofOf(desk, row.sequence)
  return {
    use: useOf(row, names, (patient) => read.patientNames.get(patient as never)),
    entry: row.body,
    leafHash: row.leafHash,
    ...(proof && { proof }),
    receipt: read.receipt.sequence,
  }
}

/** None until a checkpoint covers the entry: within a second or two of its making. */
async function proofOf(desk: ConsoleDesk, sequence: number) {
  try {
    const { path, checkpoint } = await desk.tree.inclusionProof(sequence)
    return {
      treeSize: checkpoint.size,
      rootHash: checkpoint.root.toString('hex'),
      path: path.map((hash) => hash.toString('hex')),
      checkpoint: checkpoint.note,
    }
  } catch (error) {
    if (error instanceof LedgerFailure && error.code === 'not-covered') return undefined
    throw error
  }
}

async function namesOf(desk: ConsoleDesk, rows: readonly TraceRow[]): Promise<ReadonlyMap<string, string>> {
  const people = [...new Set(rows.flatMap((row) => row.entry.actor?.person ?? []))]
  const departments = new Map((await desk.directory.departments()).map((one) => [one.id as string, one.name]))
  const found = await Promise.all(
    people.map(async (id) => [id as string, (await desk.directory.person(id as PersonId))?.name ?? id] as const),
  )
  return new Map([...departments, ...found])
}

function useOf(
  { sequence, entry }: TraceRow,
  names: ReadonlyMap<string, string>,
  patientName: (id: string) => string | undefined,
): Use {
  const { actor, patient, decision, reason } = entry
  const name = patient && patientName(patient)
  return {
    sequence,
    recorded: entry.recorded,
    kind: entry.kind,
    outcome: entry.outcome,
    ...(actor?.person && {
      person: {
        id: actor.person,
        name: names.get(actor.person) ?? actor.person,
        roles: [...(actor.roles ?? [])],
        departments: (actor.departments ?? []).map((id) => names.get(id) ?? id),
      },
    }),
    ...(actor?.application && { application: actor.application }),
    ...(patient && { patient: { id: patient, ...(name && { name }) } }),
    ...(entry.record && { record: entry.record }),
    ...(entry.action && { action: entry.action }),
    ...(entry.purpose && { purpose: entry.purpose }),
    ...(reason && { reason: [reason.code, reason.text].filter(Boolean).join(' · ') }),
    ...(entry.channel && { channel: entry.channel }),
    ...(entry.terminal && { terminal: entry.terminal.address }),
    ...(decision?.code && { code: decision.code }),
    policies: [...(decision?.policies ?? [])],
    ...(entry.follows !== undefined && { follows: entry.follows }),
    ...(entry.detail && { detail: { ...entry.detail } }),
  }
}
