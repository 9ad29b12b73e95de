import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { Database } from '../src/kernel/index.ts'
import type { Receipt } from '../src/ledger/index.ts'

const program = join(import.meta.dirname, '../src/ledger/crash.writer.ts')

/** A process that appends until it is killed; each receipt it was given is in `receipts`. */
export function startWriter(databaseUrl: string, receipts: Receipt[]): ChildProcess {
  const child = fork(program, [databaseUrl], { stdio: 'ignore' })
  child.on('message', (batch: Receipt[]) => receipts.push(...batch))
  return child
}

/** Waits until this many more receipts were given, or every writer has ended. */
export async function moreReceipts(receipts: readonly Receipt[], more: number, writers: readonly ChildProcess[]) {
  const wanted = receipts.length + more
  while (receipts.length < wanted && writers.some(lives)) await new Promise((done) => setTimeout(done, 1))
}

export const lives = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null

export async function ended(child: ChildProcess): Promise<void> {
  if (lives(child)) await new Promise<void>((done) => child.once('exit', () => done()))
}

/** Receipts that the journal does not bear out: not there, or another entry in their place; and gaps, and doubles. */
export async function brokenPromises(database: Database, receipts: readonly Receipt[]): Promise<readonly string[]> {
  const rows = await database.query<{ sequence: number; leaf: string }>(
    `select sequence, encode(leaf_hash, 'hex') as leaf from ledger_entry order by sequence`,
  )
  const gaps = rows.flatMap(({ sequence }, i) => (sequence === i ? [] : [`${i}: the sequence has a gap`]))
  const doubles = new Set(rows.map(({ leaf }) => leaf)).size < rows.length ? ['an entry stands there twice'] : []
  const missing = receipts.flatMap(({ sequence, leafHash }) =>
    rows[sequence]?.leaf === leafHash ? [] : [`${sequence}: acknowledged, and not there`],
  )
  return [...gaps, ...doubles, ...missing]
}
