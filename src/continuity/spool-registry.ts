import type { Database } from '../kernel/index.ts'
import { type Ledger, parseEntry } from '../ledger/index.ts'

/** What the ledger was told of a spool before it was needed. */
export interface RegisteredSpool {
  readonly id: string
  readonly fingerprint: string
  /** Frames below this index stand in the ledger. */
  readonly joinedUpto: number
  readonly isJoined: boolean
}

/**
 * Announces a spool while the database is there: its id and the fingerprint of its key stand in the ledger before
 * the first use is traced in it, so that one that is lost is missed, and one that somebody made up is refused.
 */
export async function registerSpool(
  spool: { readonly id: string; readonly fingerprint: string },
  desk: { readonly database: Database; readonly ledger: Ledger; readonly process: string },
): Promise<void> {
  await desk.database.transaction(async (tx) => {
    const [row] = await tx.query<{ id: string }>(
      `insert into continuity_spool (id, process_id, key_fingerprint, opened_sequence, opened_at)
       values ($1, $2, $3, -1, now()) returning id`,
      [spool.id, desk.process, spool.fingerprint],
    )
    const [receipt] = await desk.ledger.recordWithin(tx, [
      {
        kind: 'system',
        outcome: 0,
        detail: { event: 'spool-opened', spool: spool.id, keyFingerprint: spool.fingerprint, process: desk.process },
      },
    ])
    await tx.query('update continuity_spool set opened_sequence = $2 where id = $1', [row!.id, receipt!.sequence])
  })
}

/** @returns undefined for a spool of which the ledger, not only the table, was never told with this key. */
export async function findRegistered(database: Database, id: string): Promise<RegisteredSpool | undefined> {
  const [row] = await database.query<{
    key_fingerprint: string
    joined_upto: number
    joined_sequence: number | null
    body: string | null
  }>(
    `select s.key_fingerprint, s.joined_upto, s.joined_sequence, e.body
     from continuity_spool s left join ledger_entry e on e.sequence = s.opened_sequence where s.id = $1`,
    [id],
  )
  if (!row?.body) return undefined
  const { kind, detail } = parseEntry(row.body)
  const isAnnounced =
    kind === 'system' &&
    detail?.event === 'spool-opened' &&
    detail.spool === id &&
    detail.keyFingerprint === row.key_fingerprint
  if (!isAnnounced) return undefined
  return {
    id,
    fingerprint: row.key_fingerprint,
    joinedUpto: row.joined_upto,
    isJoined: row.joined_sequence !== null,
  }
}

/** The entry that a receipt of a spool became: `S<spool>-<index>` as it was handed out. */
export async function sequenceOfSpoolReceipt(database: Database, name: string): Promise<number | undefined> {
  const [, spool, index] = /^S([0-9a-f]{16})-(\d{1,15})$/.exec(name) ?? []
  if (spool === undefined) return undefined
  const [row] = await database.query<{ sequence: number }>(
    'select sequence from continuity_receipt where spool_id = $1 and index = $2',
    [spool, Number(index)],
  )
  return row?.sequence
}
