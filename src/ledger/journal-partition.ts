import { type Clock, type Database, databaseIsGone } from '../kernel/index.ts'

/** A part of the journal: entries [first, end). It is closed, and changes no more, once the journal has grown that far. */
export interface JournalPartition {
  readonly first: number
  readonly end: number
  /** `2026-01`: the month (Asia/Shanghai) in which it was begun. */
  readonly month: string
  readonly closed: boolean
}

/** Partitions that are in the database, in order. */
export async function journalPartitions(database: Pick<Database, 'query'>): Promise<readonly JournalPartition[]> {
  return await database.query<JournalPartition>(
    `select p.first_sequence as first, p.end_sequence as "end", to_char(p.month, 'YYYY-MM') as month,
       h.size >= p.end_sequence as closed
     from ledger_partition p, ledger_head h where not p.released order by 1`,
  )
}

/** PostgreSQL looks for a deadlock after a second; the turn gives way before, and comes again. */
const waitMs = 900

/**
 * Begins a new partition of the journal if the month has changed, at the next multiple of 256 entries. Readers that take
 * long may be in the way: then it does nothing, and is to be called again.
 * @returns whether the month was turned.
 */
export async function turnMonth(database: Database, clock: Clock): Promise<boolean> {
  try {
    return await database.transaction(async (tx) => {
      await tx.query(`set local lock_timeout = ${waitMs}`)
      const [row] = await tx.query<{ turned: boolean }>('select ledger_turn_month($1::date) as turned', [
        `${monthOf(clock.now())}-01`,
      ])
      return row!.turned
    })
  } catch (error) {
    if (!databaseIsGone(error) && (error as { code?: unknown }).code === lockNotAvailable) return false
    throw error
  }
}

const lockNotAvailable = '55P03'

/** China has had no other time than UTC+8 since 1991. */
const offsetMs = 8 * 3_600_000

/** `2026-01`, in China's time. */
export const monthOf = (ms: number): string => new Date(ms + offsetMs).toISOString().slice(0, 7)
