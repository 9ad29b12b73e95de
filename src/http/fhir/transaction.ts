import { randomUUID } from 'node:crypto'
import type { RequestedChange } from '../../access/index.ts'
import type { SearchQuery } from '../../records/index.ts'
import { isAboutAudit } from '../audit/perform-audit.ts'
import { tellFailure } from '../errors/index.ts'
import { type Answer, toldAnswer } from './answer.ts'
import { responseEntry } from './batch.ts'
import { type BundleEntry, placed, type ReceivedBundle, readEntry } from './bundle-entry.ts'
import { writeBundle } from './bundle-text.ts'
import { changeOf, conditionOf } from './change.ts'
import { FhirFault, fault } from './errors.ts'
import type { InteractionCall, Surroundings } from './interaction-call.ts'
import { patchedChange } from './patching.ts'
import { perform } from './perform.ts'
import { readQueryText } from './query-text.ts'
import { type ChangeEntry, type PlannedChange, placeOf, planTransaction } from './transaction-plan.ts'
import { answerWritten } from './writing.ts'

type Answers = Map<number, Answer>

/**
 * All or nothing (FHIR R4 http.html#trules), in the order DELETE, POST, PUT and PATCH, GET. Reads of records that no
 * entry changes go first: one that fails must keep the changes from happening, and it reads the same either way.
 */
export async function performTransaction(
  bundle: ReceivedBundle,
  call: InteractionCall,
  around: Surroundings,
): Promise<Answer> {
  if (!around.door.writeTogether) throw new FhirFault('transactions-unsupported')
  const { preference } = call
  const entries = bundle.entries.map((entry, index) =>
    readEntry(entry, index, { base: around.base, types: around.types, preference }),
  )
  for (const entry of entries) refuseOutside(entry)
  const isRead = (entry: BundleEntry) => entry.method === 'GET' || entry.method === 'HEAD'

  const changes: ChangeEntry[] = []
  for (const entry of entries.filter((one) => !isRead(one))) {
    const change = await readChange(entry, around)
    if ('answer' in change) return failedAt(entry, change.answer)
    changes.push({ entry, change })
  }
  const planned = inOrder(await plan(changes, entries.filter(isRead), around))

  const answers: Answers = new Map()
  const changed = new Set(planned.map(({ change }) => `${change.type}/${change.id}`))
  const [before, after] = split(entries.filter(isRead), (entry) => readsUnchanged(entry, changed))
  for (const entry of before) {
    const answer = await performPlaced(entry, around)
    if (answer.status >= 400) return failedAt(entry, answer)
    answers.set(entry.index, answer)
  }

  const failed = await writeAll(planned, answers, around)
  if (failed) return failed
  for (const entry of after) answers.set(entry.index, await performPlaced(entry, around))
  return {
    status: 200,
    headers: {},
    body: writeBundle({
      type: 'transaction-response',
      id: randomUUID(),
      timestamp: new Date(around.clock.now()).toISOString(),
      links: [],
      entries: entries.map((entry) => responseEntry(answers.get(entry.index)!)),
    }),
    receipts: [...answers.values()].flatMap((answer) => answer.receipt ?? []),
  }
}

function refuseOutside(entry: BundleEntry): void {
  const { kind } = entry.call.interaction
  if (isAboutAudit(entry.call.interaction) && entry.method !== 'GET') throw auditOutside(entry)
  if (kind !== 'validate' && kind !== 'capabilities' && kind !== 'everything') return
  throw fault(
    'bundle-invalid',
    'interaction',
    '事务中不支持该操作。',
    'This operation has no place in a transaction.',
    `${placeOf(entry)}.request.url`,
  )
}

/** The trace is not undone with a transaction: what is taken in stays taken in. */
const auditOutside = (entry: BundleEntry) =>
  fault(
    'bundle-invalid',
    'audit-event',
    'AuditEvent 只能逐条或以 batch 写入。',
    'AuditEvent is taken in one by one or in a batch.',
    `${placeOf(entry)}.request.url`,
  )

async function readChange(entry: BundleEntry, around: Surroundings): Promise<RequestedChange | { answer: Answer }> {
  const isPatch = entry.method === 'PATCH'
  return atPlace(entry, () => (isPatch ? patchedChange(entry.call, around) : changeOf(entry.call, around)))
}

function plan(changes: readonly ChangeEntry[], reads: readonly BundleEntry[], around: Surroundings) {
  const find = async (query: SearchQuery) => {
    const found = await around.door.search({ ...around.use, query })
    if (found.outcome !== 'released') return { records: [], receipt: found.receipt }
    return {
      records: found.rows.filter((row) => row.mode === 'match').map((row) => row.record),
      receipt: found.receipt,
    }
  }
  const resolve = async (reference: string) => {
    const mark = reference.indexOf('?')
    const type = reference.slice(0, mark)
    if (!around.types.has(type)) return []
    const found = await find(conditionOf(type, readQueryText(reference.slice(mark + 1))))
    return found.records.map((record) => record.id)
  }
  return planTransaction(changes, reads, find, resolve)
}

const rank: Readonly<Record<string, number>> = { DELETE: 0, POST: 1, PUT: 2, PATCH: 2 }
function inOrder(planned: readonly PlannedChange[]): readonly PlannedChange[] {
  return planned.toSorted((a, b) => (rank[a.entry.method] ?? 3) - (rank[b.entry.method] ?? 3))
}

function readsUnchanged(entry: BundleEntry, changed: ReadonlySet<string>): boolean {
  const { interaction } = entry.call
  return (
    (interaction.kind === 'read' || interaction.kind === 'vread') &&
    !changed.has(`${interaction.type}/${interaction.id}`)
  )
}

/** @returns the answer to the whole transaction where a change failed; otherwise each answer is in `answers`. */
async function writeAll(
  planned: readonly PlannedChange[],
  answers: Answers,
  around: Surroundings,
): Promise<Answer | undefined> {
  for (const { entry, change, nothingToDo, matched } of planned) {
    if (nothingToDo) answers.set(entry.index, { status: 204, headers: {} })
    if (matched) answers.set(entry.index, answerWritten(matched, change, entry.call.preference, around))
  }
  const writing = planned.filter((one) => !one.nothingToDo && !one.matched)
  if (writing.length === 0) return undefined
  const written = await around.door.writeTogether!({
    ...around.use,
    changes: writing.map(({ change }) => change),
  })
  if (written.outcome === 'rolled-back') {
    const { entry, change } = writing[written.index]!
    return failedAt(entry, answerWritten(written.result, change, entry.call.preference, around))
  }
  for (const [index, { entry, change }] of writing.entries()) {
    answers.set(entry.index, answerWritten(written.results[index]!, change, entry.call.preference, around))
  }
  return undefined
}

async function performPlaced(entry: BundleEntry, around: Surroundings): Promise<Answer> {
  try {
    return await perform(entry.call, around)
  } catch (error) {
    const told = tellFailure(error instanceof FhirFault ? placed(error, placeOf(entry)) : error)
    if (told.isBug) throw error
    return toldAnswer(told, around.language, around.use.requestId)
  }
}

async function atPlace<Result>(entry: BundleEntry, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof FhirFault ? placed(error, placeOf(entry)) : error
  }
}

/** The outcome of the entry that failed becomes the outcome of the transaction, with the place added. */
function failedAt(entry: BundleEntry, answer: Answer): Answer {
  if (answer.body === undefined || !answer.bodyIsOutcome) return answer
  const outcome = JSON.parse(answer.body) as { issue: { expression?: string[] }[] }
  for (const issue of outcome.issue) issue.expression = [placeOf(entry), ...(issue.expression ?? [])]
  return { ...answer, body: JSON.stringify(outcome) }
}

function split<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): readonly [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))]
}
