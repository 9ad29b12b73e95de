import { randomUUID } from 'node:crypto'
import { type AuditEvent, auditEventOf } from '../../audit/index.ts'
import type { TraceRow } from '../../ledger/index.ts'
import { tellFailure, tellRefusal } from '../errors/index.ts'
import { type Answer, etagOf, httpDate, receiptHeader, toldAnswer } from '../fhir/answer.ts'
import { writeBundle } from '../fhir/bundle-text.ts'
import { FhirFault } from '../fhir/errors.ts'
import type { Interaction } from '../fhir/interaction.ts'
import type { InteractionCall, Surroundings } from '../fhir/interaction-call.ts'
import { refuseUnknown } from '../fhir/search-text.ts'
import { linksOf } from '../fhir/searching.ts'
import type { AuditDoor } from './audit-door.ts'
import { receiveEvent } from './receive-event.ts'
import { readAuditSearch } from './search-audit.ts'

/** An interaction with `AuditEvent`: these are no records of the store but the ledger's entries. */
export function isAboutAudit(interaction: Interaction): boolean {
  return 'type' in interaction && interaction.type === 'AuditEvent'
}

/**
 * `GET /fhir/AuditEvent` (search, read) and `POST /fhir/AuditEvent` (another system's event is taken in). An event is
 * never changed: there is no update, patch, delete or history, for anybody.
 */
export async function performAudit(
  call: InteractionCall,
  around: Surroundings,
  door: AuditDoor | undefined,
): Promise<Answer> {
  if (!door) throw new FhirFault('type-unknown')
  const { interaction } = call
  switch (interaction.kind) {
    case 'read':
      return readEvent(interaction.id, call, around, door)
    case 'search':
      return searchEvents(call, around, door)
    case 'search-compartment':
      return searchEvents(call, around, door, interaction.patient)
    case 'create':
      return receiveEvent(call, around, door)
    default:
      throw new FhirFault(
        'method-not-allowed',
        [
          {
            rule: 'append-only',
            words: {
              zh: '留痕只可查阅和追加，不可更改或删除。',
              en: 'The trace is read and added to, never changed or deleted.',
            },
          },
        ],
        { allow: 'id' in interaction ? ['GET', 'HEAD'] : ['GET', 'HEAD', 'POST'] },
      )
  }
}

async function searchEvents(
  call: InteractionCall,
  around: Surroundings,
  door: AuditDoor,
  patient?: string,
): Promise<Answer> {
  const search = readAuditSearch(call.query, call.preference.handling === 'lenient', patient)
  const { question, keeps, count } = search
  const read = await door.ask({
    ...around.use,
    // What the index cannot answer is looked for further back, so that a page is not empty for want of looking.
    question: { ...question, count: keeps ? question.count : count },
    ...(search.kinds && { kinds: search.kinds }),
  })
  if (read.outcome === 'refused') return refused(read, around)

  const found: { readonly row: TraceRow; readonly event: AuditEvent }[] = []
  let next: number | undefined = read.nextBefore
  const events = await eventsOf(read.rows, door)
  for (const [at, row] of read.rows.entries()) {
    const event = events[at]!
    if (keeps && !keeps(event)) continue
    found.push({ row, event })
    if (found.length === count && at < read.rows.length - 1) {
      next = row.sequence
      break
    }
  }
  const path = call.path.replace(/\/_search$/, '')
  return {
    status: 200,
    headers: receiptHeader(read.receipt),
    receipt: read.receipt,
    body: writeBundle({
      type: 'searchset',
      id: randomUUID(),
      timestamp: new Date(around.clock.now()).toISOString(),
      links: linksOf(around.base, { path, used: search.used }, next === undefined ? undefined : String(next)),
      entries: found.map(({ event }) => ({
        fullUrl: `${around.base}/AuditEvent/${event.id}`,
        resource: JSON.stringify(event),
        search: { mode: 'match' as const },
      })),
    }),
  }
}

/** Who may read one event follows from whose it is: its person's, its patient's, or the ledger's as a whole. */
async function readEvent(id: string, call: InteractionCall, around: Surroundings, door: AuditDoor): Promise<Answer> {
  refuseUnknown(call.query, [], call.preference)
  const sequence = /^\d{1,15}$/.test(id) ? Number(id) : Number.MAX_SAFE_INTEGER
  const row = await door.entryAt(sequence)
  const { patient, actor } = row?.entry ?? {}
  const question = { sequence, count: 1, ...(patient && { patient }), ...(actor?.person && { person: actor.person }) }
  const read = await door.ask({ ...around.use, question })
  if (read.outcome === 'refused') return refused(read, around)
  if (!row) {
    const told = { ...tellFailure(new FhirFault('record-not-found')), receipt: read.receipt.sequence }
    return toldAnswer(told, around.language, around.use.requestId, read.receipt)
  }
  const [event] = await eventsOf([row], door)
  return {
    status: 200,
    headers: {
      ETag: etagOf(1),
      'Last-Modified': httpDate(row.entry.recorded),
      ...receiptHeader(read.receipt),
    },
    receipt: read.receipt,
    lastUpdated: row.entry.recorded,
    body: JSON.stringify(event),
  }
}

/** Each entry as an event, with what it follows at hand. */
async function eventsOf(rows: readonly TraceRow[], door: AuditDoor): Promise<readonly AuditEvent[]> {
  const known = new Map(rows.map((row) => [row.sequence as number, row.entry]))
  const missing = new Set(rows.flatMap(({ entry }) => entry.follows ?? []).filter((one) => !known.has(one)))
  for (const row of await Promise.all([...missing].map((one) => door.entryAt(one)))) {
    if (row) known.set(row.sequence, row.entry)
  }
  return rows.map(({ entry, sequence, leafHash }) => {
    const followed = entry.follows === undefined ? undefined : known.get(entry.follows)
    return auditEventOf(entry, { ...door.context, sequence, leafHash, ...(followed && { followed }) })
  })
}

function refused(
  read: Extract<Awaited<ReturnType<AuditDoor['ask']>>, { outcome: 'refused' }>,
  around: Surroundings,
): Answer {
  return toldAnswer(tellRefusal(read.decision, read.receipt), around.language, around.use.requestId, read.receipt)
}
