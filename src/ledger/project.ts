import { type Database, DatabaseFailure } from '../kernel/index.ts'
import { unavailable } from './durable-writer.ts'
import { LedgerFailure } from './errors.ts'

/** How far the trace has come, and how far the journal goes. */
export interface ProjectionState {
  readonly projected: number
  readonly size: number
}

/** One transaction projects this many: long enough to be cheap, short enough that a question does not wait for it. */
const batchSize = 2_000

/**
 * Projects what stands in the journal into the trace. The work is one statement inside the database: it reads each
 * body once, and nothing of it travels. While another process projects, it does nothing.
 */
export async function projectOnce(database: Database): Promise<ProjectionState> {
  const before = await projectionState(database)
  if (before.projected >= before.size) return before
  return (await project(database, false)) ?? before
}

/**
 * Returns when every entry below `size` stands in the trace, doing the work itself if nobody else does: an answer
 * never waits for a worker that may not be running, and is never incomplete because of it.
 * @throws {LedgerFailure} `trace-broken`
 */
export async function projectUpTo(database: Database, size: number): Promise<void> {
  for (let projected = 0; projected < size; ) {
    projected = (await project(database, true))!.projected
  }
}

export async function projectionState(database: Database): Promise<ProjectionState> {
  const [state] = await ask(() =>
    database.query<ProjectionState & object>({
      name: 'ledger_projection_state',
      text: 'select t.projected_upto as projected, h.size from trace_head t, ledger_head h',
    }),
  )
  return state!
}

async function project(database: Database, waitForTurn: boolean): Promise<ProjectionState | undefined> {
  const [row] = await ask(() =>
    database.query<{ projected: number | null; size: number | null }>(
      { name: 'ledger_project', text: 'select projected, size from ledger_project($1, $2)' },
      [batchSize, waitForTurn],
    ),
  )
  const { projected, size } = row!
  return projected === null || size === null ? undefined : { projected, size }
}

async function ask<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof DatabaseFailure) throw unavailable('the database does not answer', cause)
    throw new LedgerFailure('trace-broken', 'the journal cannot be projected', { cause })
  }
}
