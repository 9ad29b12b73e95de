import { setImmediate } from 'node:timers/promises'
import { type Database, DatabaseFailure, Failure, type Queryable, type Transaction } from '../kernel/index.ts'
import type { ArchivedEntries } from './archived-entries.ts'
import { unavailable } from './durable-writer.ts'
import { LedgerFailure } from './errors.ts'
import { type Block, segmentSize, stretchSize } from './trace-block.ts'
import { insertBlocks, mergeSegment } from './trace-segment.ts'
import { gatherStretch } from './trace-stretch.ts'

/** How far the trace has come, in whole stretches, and how far the journal goes. */
export interface ProjectionState {
  readonly projected: number
  readonly size: number
}

/**
 * Projects the next full stretch of the journal into the trace, if there is one. While another process projects, it
 * does nothing. Entries of a stretch that is not full yet are found in the journal itself, so nothing waits for them.
 */
export async function projectOnce(database: Database, archived?: ArchivedEntries): Promise<ProjectionState> {
  const before = await projectionState(database)
  if (before.projected + stretchSize > before.size) return before
  return (await projectStretch(database, 'for update skip locked', archived)) ?? before
}

/**
 * Returns when every full stretch below `size` stands in the trace, doing the work itself if nobody else does: an
 * answer never waits for a worker that may not be running.
 * @throws {LedgerFailure} `trace-broken`
 */
export async function projectUpTo(database: Database, size: number, archived?: ArchivedEntries): Promise<void> {
  for (let projected = 0; projected + stretchSize <= size; ) {
    projected = (await projectStretch(database, 'for update', archived))!.projected
  }
}

export async function projectionState(queryable: Pick<Database, 'query'>): Promise<ProjectionState> {
  const [state] = await ask(() =>
    queryable.query<ProjectionState & object>({
      name: 'ledger_projection_state',
      text: 'select t.projected_upto as projected, h.size from trace_head t, ledger_head h',
    }),
  )
  return state!
}

/** The stretch, and how far the trace has come, in one transaction: each entry stands in the trace exactly once. */
function projectStretch(
  database: Database,
  turn: 'for update' | 'for update skip locked',
  archived: ArchivedEntries | undefined,
): Promise<ProjectionState | undefined> {
  return ask(() =>
    database.transaction(async (tx) => {
      const [head] = await tx.query<{ projected: number }>(`select projected_upto as projected from trace_head ${turn}`)
      if (!head) return undefined
      const { projected: first } = head
      const { size } = await projectionState(tx)
      if (first + stretchSize > size) return { projected: first, size }
      await indexStretch(tx, first / stretchSize, archived)
      const projected = first + stretchSize
      if (projected % segmentSize === 0) await mergeSegment(tx, projected / segmentSize - 1)
      await tx.query('update trace_head set projected_upto = $1', [projected])
      return { projected, size }
    }),
  )
}

async function indexStretch(tx: Transaction, stretch: number, archived: ArchivedEntries | undefined): Promise<void> {
  const gathering = await gatherFromJournal(tx, stretch, archived)
  const blocks: Block[] = []
  for (const block of gathering.blocks()) {
    blocks.push(block)
    if (blocks.length % 8 === 0) await setImmediate()
  }
  await insertBlocks(tx, { level: 0, unit: stretch, blocks })
  const { firstMs, lastMs, recorded } = gathering.times()
  await tx.query(
    'insert into trace_stretch (stretch, first_recorded, last_recorded, recorded) values ($1, $2, $3, $4)',
    [stretch, new Date(firstMs), new Date(lastMs), recorded],
  )
}

/** Requests are served between one slice and the next. */
const sliceSize = 512

export async function gatherFromJournal(tx: Queryable, stretch: number, archived?: ArchivedEntries) {
  const gathering = gatherStretch()
  const end = (stretch + 1) * stretchSize
  for (let from = stretch * stretchSize; from < end; from += sliceSize) {
    const [slice] = await tx.query<{ count: number; bodies: string }>(
      {
        name: 'ledger_bodies',
        text: `select count(*) as count, '[' || string_agg(e.body, ',') || ']' as bodies
               from (select body from ledger_entry where sequence >= $1 and sequence < $2 order by sequence) e`,
      },
      [from, from + sliceSize],
    )
    // Entries commit in order of sequence: all below the head are visible, and there is nothing between them.
    gathering.take(slice!.count === sliceSize ? slice!.bodies : await bodiesFromVolumes(tx, from, archived))
  }
  return gathering
}

/**
 * The same where a trace is made again over entries that have left the database. What expired stands under no term, at
 * the time of its neighbour.
 */
async function bodiesFromVolumes(tx: Queryable, from: number, archived: ArchivedEntries | undefined): Promise<string> {
  const found = await tx.query<{ sequence: number; body: string }>(
    'select sequence, body from ledger_entry where sequence >= $1 and sequence < $2',
    [from, from + sliceSize],
  )
  const here = new Map(found.map(({ sequence, body }) => [sequence, body]))
  const sequences = Array.from({ length: sliceSize }, (_, i) => from + i)
  const elsewhere = sequences.filter((sequence) => !here.has(sequence))
  const volumes = new Map(((await archived?.at(elsewhere, tx)) ?? []).map((entry) => [entry.sequence, entry]))
  const bodies = sequences.map((sequence) => {
    if (!here.has(sequence) && !volumes.has(sequence)) {
      throw new LedgerFailure('trace-broken', `the journal has a hole at or after sequence ${sequence}`)
    }
    return here.get(sequence) ?? volumes.get(sequence)!.body
  })
  const firstKept = bodies.find((body) => body !== undefined)
  let time: string = firstKept === undefined ? new Date(0).toISOString() : JSON.parse(firstKept).recorded
  return `[${bodies
    .map((body) => {
      if (body === undefined) return JSON.stringify({ recorded: time })
      time = JSON.parse(body).recorded
      return body
    })
    .join(',')}]`
}

async function ask<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof Failure && !(cause instanceof DatabaseFailure)) throw cause
    if (cause instanceof DatabaseFailure) throw unavailable('the database does not answer', cause)
    throw new LedgerFailure('trace-broken', 'the journal cannot be projected', { cause })
  }
}
