import type { PoolClient } from 'pg'
import { type Database, DatabaseFailure } from '../kernel/index.ts'

/** The right to send: of several processes one has it at a time. */
export interface Turn {
  /** Takes it where it is free. */
  isMine(): Promise<boolean>
  end(): void
}

/** A session lock, held as long as its connection lives: a process that dies lets go of it. */
export function openTurn(database: Database): Turn {
  let held: PoolClient | undefined
  let taking: Promise<boolean> | undefined

  async function take(): Promise<boolean> {
    const client = await database.pool.connect().catch((cause: unknown) => {
      throw new DatabaseFailure('database-unavailable', 'the database does not answer', { cause })
    })
    try {
      const { rows } = await client.query<{ mine: boolean }>(
        `select pg_try_advisory_lock(hashtextextended('chartward audit outbox', 0)) as mine`,
      )
      if (!rows[0]?.mine) {
        client.release()
        return false
      }
    } catch (cause) {
      client.release(cause as Error)
      throw new DatabaseFailure('database-unavailable', 'the database does not answer', { cause })
    }
    // A lost connection is a lost lock: another process may have it the next moment.
    client.once('error', (error) => {
      if (held !== client) return
      held = undefined
      client.release(error)
    })
    held = client
    return true
  }

  return {
    async isMine() {
      if (held) return true
      taking ??= take().finally(() => {
        taking = undefined
      })
      return taking
    },
    end() {
      // The connection goes with the lock: nobody else is to come by it with the lock still on.
      held?.release(true)
      held = undefined
    },
  }
}
