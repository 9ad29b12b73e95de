import type { Database } from '../kernel/index.ts'
import type { AuditDestination } from './audit-destination.ts'

export interface DestinationState {
  readonly id: string
  /** Entries below this one were handed over. */
  readonly position: number
  /** Entries that are not handed over yet. */
  readonly waiting: number
  readonly sent: number
  /** Code of the last failure, until something is taken again. */
  readonly failure?: string
  readonly movedAt: string
}

/** How far a destination has come, in PostgreSQL. */
export interface OutboxPosition {
  readonly at: number
  /** Only from where it was read: whoever sends without a turn moves nothing. */
  move(to: number, sent: number, nowMs: number): Promise<void>
}

export async function openPosition(database: Database, { id, from }: AuditDestination): Promise<OutboxPosition> {
  const read = () =>
    database.query<{ position: number }>(
      { name: 'audit_position', text: 'select position from audit_destination where id = $1' },
      [id],
    )
  let [row] = await read()
  if (!row) {
    await database.query(
      `insert into audit_destination (id, position)
       select $1, case when $2 then 0 else size end from ledger_head on conflict do nothing`,
      [id, from === 'beginning'],
    )
    row = (await read())[0]!
  }
  const at = row.position
  return {
    at,
    async move(to, sent, nowMs) {
      await database.query(
        {
          name: 'audit_position_move',
          text: `update audit_destination set position = $3, sent = sent + $4, moved_at = $5, last_failure = null, failed_at = null
                 where id = $1 and position = $2`,
        },
        [id, at, to, sent, new Date(nowMs)],
      )
    },
  }
}

export async function readPositions(
  database: Database,
  destinations: readonly AuditDestination[],
): Promise<readonly DestinationState[]> {
  if (destinations.length === 0) return []
  const rows = await database.query<{
    id: string
    position: number
    sent: number
    size: number
    moved_at: Date
    last_failure: string | null
  }>(
    `select d.id, d.position, d.sent, d.moved_at, d.last_failure, h.size
     from audit_destination d, ledger_head h where d.id = any($1::text[]) order by d.id`,
    [destinations.map(({ id }) => id)],
  )
  return rows.map((row) => ({
    id: row.id,
    position: row.position,
    waiting: row.size - row.position,
    sent: row.sent,
    movedAt: row.moved_at.toISOString(),
    ...(row.last_failure !== null && { failure: row.last_failure }),
  }))
}
