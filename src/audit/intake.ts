import type { Database, InputIssue, LedgerSequence, Transaction } from '../kernel/index.ts'
import type { EntryDraft, Ledger, Receipt } from '../ledger/index.ts'
import { foreignDrafts, type Reception } from './foreign-draft.ts'
import type { ForeignEvent } from './foreign-event.ts'

export interface IntakeDesk {
  readonly database: Database
  readonly ledger: Ledger
}

/** One event that was read, and how it came. */
export type Arrival = Omit<Reception, 'eventId'> & { readonly event: ForeignEvent }

export type Taken =
  | { readonly outcome: 'recorded'; readonly receipt: Receipt }
  /** The source sent it before: nothing is recorded again, and this is where it stands. */
  | { readonly outcome: 'duplicate'; readonly sequence: LedgerSequence }
  /** The source used this id before, for something else. */
  | { readonly outcome: 'refused'; readonly issues: readonly InputIssue[] }

/**
 * Takes events into the ledger, all in one transaction with the note that they were received: an event is recorded
 * once, however often and through however many processes it is sent. Resolves when all of it is durable.
 */
export async function takeIn(arrivals: readonly Arrival[], desk: IntakeDesk): Promise<readonly Taken[]> {
  if (arrivals.length === 0) return []
  const received = arrivals.map((arrival) => ({ ...arrival, eventId: eventIdOf(arrival) }))
  return desk.database.transaction(async (tx) => {
    const standing = await noteReceived(tx, received)
    const firstOf = new Map<string, number>()
    const drafts: EntryDraft[] = []
    for (const [at, arrival] of received.entries()) {
      if (standing[at]!.sequence !== 'new' || firstOf.has(keyOf(arrival))) continue
      firstOf.set(keyOf(arrival), drafts.length)
      drafts.push(...foreignDrafts(arrival.event, arrival))
    }
    const receipts = drafts.length === 0 ? [] : await desk.ledger.recordWithin(tx, drafts)
    await keepSequences(tx, received, firstOf, receipts)
    const told = new Set<string>()
    return received.map((arrival, at): Taken => {
      const before = standing[at]!
      if (before.digest !== arrival.digest) return idReused
      if (before.sequence !== 'new') return { outcome: 'duplicate', sequence: before.sequence }
      const receipt = receipts[firstOf.get(keyOf(arrival))!]!
      if (told.has(keyOf(arrival))) return { outcome: 'duplicate', sequence: receipt.sequence }
      told.add(keyOf(arrival))
      return { outcome: 'recorded', receipt }
    })
  })
}

type Received = Arrival & { readonly eventId: string }

const eventIdOf = ({ event, digest }: Arrival): string => event.eventId ?? `sha256:${digest}`
const keyOf = ({ source, eventId }: Received): string => `${source.id} ${eventId}`

const idReused: Taken = {
  outcome: 'refused',
  issues: [
    {
      field: 'event.id',
      rule: 'id-reused',
      zh: '该来源已用此编号报送过内容不同的事件',
      en: 'this source has sent another event under this id',
    },
  ],
}

interface Standing {
  /** Hex. */
  readonly digest: string
  readonly sequence: LedgerSequence | 'new'
}

/** Puts down what is new and finds what is not; another process with the same event waits here for this one. */
async function noteReceived(tx: Transaction, received: readonly Received[]): Promise<readonly Standing[]> {
  const columns = [received.map(({ source }) => source.id), received.map((one) => one.eventId)]
  // In one order for everybody: two processes with the same events in another order must not wait for each other.
  const inserted = await tx.query<{ source_id: string; event_id: string }>(
    `insert into audit_received (source_id, event_id, digest)
     select distinct on (s, e) s, e, decode(d, 'hex') from unnest($1::text[], $2::text[], $3::text[])
       with ordinality as r (s, e, d, place) order by s, e, place
     on conflict do nothing returning source_id, event_id`,
    [...columns, received.map((one) => one.digest)],
  )
  const isNew = new Set(inserted.map((row) => `${row.source_id} ${row.event_id}`))
  const rows = await tx.query<{ source_id: string; event_id: string; digest: string; sequence: LedgerSequence }>(
    `select r.source_id, r.event_id, encode(r.digest, 'hex') as digest, r.sequence
     from audit_received r join unnest($1::text[], $2::text[]) as a (s, e) on r.source_id = a.s and r.event_id = a.e`,
    columns,
  )
  const known = new Map(rows.map((row) => [`${row.source_id} ${row.event_id}`, row]))
  return received.map((one) => {
    const { digest, sequence } = known.get(keyOf(one))!
    return { digest, sequence: isNew.has(keyOf(one)) ? 'new' : sequence }
  })
}

/** The one statement after the append: the ledger's head is held until this transaction commits. */
async function keepSequences(
  tx: Transaction,
  received: readonly Received[],
  firstOf: ReadonlyMap<string, number>,
  receipts: readonly Receipt[],
): Promise<void> {
  const fresh = received.filter(
    (one, at) => firstOf.has(keyOf(one)) && received.findIndex((other) => keyOf(other) === keyOf(one)) === at,
  )
  if (fresh.length === 0) return
  await tx.query(
    `update audit_received r set sequence = a.n
     from unnest($1::text[], $2::text[], $3::bigint[]) as a (s, e, n) where r.source_id = a.s and r.event_id = a.e`,
    [
      fresh.map(({ source }) => source.id),
      fresh.map(({ eventId }) => eventId),
      fresh.map((one) => receipts[firstOf.get(keyOf(one))!]!.sequence),
    ],
  )
}
