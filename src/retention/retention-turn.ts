import type { Database } from '../kernel/index.ts'
import { RetentionFailure } from './errors.ts'

const retentionLock = 0x43_57_52_54

/**
 * One process at a time archives or expires; the lock ends with the connection, and so with the process.
 * @throws {RetentionFailure} `retention-busy`
 */
export async function inRetentionTurn<Result>(database: Database, work: () => Promise<Result>): Promise<Result> {
  const client = await database.pool.connect()
  let broken: Error | undefined
  try {
    const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [retentionLock])
    if (!rows[0]!.mine)
      throw new RetentionFailure('retention-busy', 'another process archives or expires at this moment')
    try {
      return await work()
    } finally {
      await client.query('select pg_advisory_unlock($1)', [retentionLock]).catch((error: Error) => {
        broken = error
      })
    }
  } finally {
    client.release(broken)
  }
}
