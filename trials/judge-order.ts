import type { Database } from '../src/kernel/index.ts'
import { type Entry, parseEntry } from '../src/ledger/index.ts'

export interface OrderJudgement {
  readonly entries: number
  readonly releases: number
  /** Times a right was taken away, or given back. */
  readonly changes: number
  /** Permits that never led to a release: superseded by a change in between, or withheld. */
  readonly permitsWithoutRelease: number
  readonly violations: readonly string[]
}

const page = 20_000

/**
 * Reads the ledger in its order and looks for a release to someone whose account stood stopped before it, and for a
 * release under another epoch than the entries add up to. Written apart from the verifier, so that each checks the other.
 */
export async function judgeOrder(database: Database): Promise<OrderJudgement> {
  const stopped = new Set<string>()
  const permits = new Map<number, { readonly person: string | undefined; readonly epoch: number }>()
  const violations: string[] = []
  let epoch = 0
  let releases = 0
  let changes = 0
  let sequence = 0

  const judge = (entry: Entry) => {
    if (entry.kind === 'permit') {
      permits.set(sequence, { person: entry.actor?.person, epoch: entry.decision!.epoch })
    } else if (entry.kind === 'release') {
      releases += 1
      const permit = permits.get(entry.follows!)
      if (!permit) violations.push(`${sequence}: released without a permit before it, or twice`)
      else if (stopped.has(permit.person!)) violations.push(`${sequence}: released to ${permit.person}, who is stopped`)
      else if (permit.epoch !== epoch) violations.push(`${sequence}: decided under ${permit.epoch}, epoch is ${epoch}`)
      permits.delete(entry.follows!)
    } else if (entry.kind === 'authority-change') {
      changes += 1
      const person = entry.record!.id
      if (entry.detail!.change === 'person-stopped') stopped.add(person)
      else if (entry.detail!.change === 'person-reinstated') stopped.delete(person)
    }
    if (entry.raisesEpoch) epoch += 1
  }

  for (;;) {
    const rows = await database.query<{ sequence: number; body: string }>(
      'select sequence, body from ledger_entry where sequence >= $1 order by sequence limit $2',
      [sequence, page],
    )
    for (const row of rows) {
      if (row.sequence !== sequence) violations.push(`${sequence}: the sequence has a gap here`)
      judge(parseEntry(row.body))
      sequence += 1
    }
    if (rows.length < page) break
  }
  return { entries: sequence, releases, changes, permitsWithoutRelease: permits.size, violations }
}
