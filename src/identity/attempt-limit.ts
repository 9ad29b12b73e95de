import { hash } from 'node:crypto'
import type { Database } from '../kernel/index.ts'

/**
 * Guessing is made slow: from the fifth failure of an account every further try waits 30 s, then twice as long, up to
 * an hour; from the hundredth of an address, up to five minutes, for a whole hospital may share one. Names that do not exist are counted alike. Kept in the database, so that
 * neither a restart nor a second server forgets. A try is counted before it is judged and given back if it was right.
 */
export interface Attempt {
  readonly username: string
  readonly address: string
}

const limits = [
  { scope: 'address', tolerated: 100, longestWaitMs: 300_000, forgottenAfterMs: 3_600_000 },
  { scope: 'account', tolerated: 5, longestWaitMs: 3_600_000, forgottenAfterMs: 24 * 3_600_000 },
] as const

const firstWaitMs = 30_000

/** How long the next try must wait after so many failures in a row. */
export function waitAfter(
  failures: number,
  limit: { readonly tolerated: number; readonly longestWaitMs: number },
): number {
  if (failures < limit.tolerated) return 0
  return Math.min(firstWaitMs * 2 ** Math.min(failures - limit.tolerated, 20), limit.longestWaitMs)
}

/** @returns 0 when the try may be judged, else the milliseconds to wait; nothing is judged meanwhile. */
export async function beginAttempt(database: Database, attempt: Attempt, atMs: number): Promise<number> {
  return database.transaction(async (tx) => {
    for (const limit of limits) {
      const { scope, forgottenAfterMs } = limit
      const key = keyOf(scope, attempt)
      const [known] = await tx.query<{ failures: number; lockedUntil: number | null; lastAt: number }>(
        `insert into sign_in_attempt (scope, key, failures, last_at) values ($1, $2, 0, to_timestamp($3::bigint / 1000.0))
         on conflict (scope, key) do update set key = excluded.key
         returning failures, epoch_ms(locked_until) as "lockedUntil", epoch_ms(last_at) as "lastAt"`,
        [scope, key, atMs],
      )
      if (known!.lockedUntil !== null && known!.lockedUntil > atMs) return known!.lockedUntil - atMs
      const failures = atMs - known!.lastAt > forgottenAfterMs ? 1 : known!.failures + 1
      const wait = waitAfter(failures, limit)
      await tx.query(
        `update sign_in_attempt set failures = $3, last_at = to_timestamp($4::bigint / 1000.0),
           locked_until = to_timestamp($5::bigint / 1000.0)
         where scope = $1 and key = $2`,
        [scope, key, failures, atMs, wait > 0 ? atMs + wait : null],
      )
    }
    return 0
  })
}

/** One factor was right, another is still to come: this try was no failure, but earlier ones stay counted. */
export async function returnAttempt(database: Database, attempt: Attempt): Promise<void> {
  for (const { scope } of limits) {
    await database.query(
      `update sign_in_attempt set failures = greatest(failures - 1, 0), locked_until = null
       where scope = $1 and key = $2`,
      [scope, keyOf(scope, attempt)],
    )
  }
}

/** Every factor was right: the account's failures are forgotten, the address's stay. */
export async function forgiveAttempts(database: Database, attempt: Attempt): Promise<void> {
  await returnAttempt(database, attempt)
  await database.query(`delete from sign_in_attempt where scope = 'account' and key = $1`, [keyOf('account', attempt)])
}

export async function accountIsLocked(database: Database, username: string, atMs: number): Promise<boolean> {
  const rows = await database.query(
    `select from sign_in_attempt
     where scope = 'account' and key = $1 and locked_until > to_timestamp($2::bigint / 1000.0)`,
    [keyOf('account', { username, address: '' }), atMs],
  )
  return rows.length > 0
}

/** People type passwords into the field for names: only a digest is kept. */
function keyOf(scope: 'account' | 'address', attempt: Attempt): string {
  return hash('sha256', scope === 'account' ? attempt.username : attempt.address, 'base64')
}
