import type { Database, Log, Transaction } from '../kernel/index.ts'
import type { EntryDraft, Ledger } from '../ledger/index.ts'

/** Which of the independent countings is at odds; each with what it means in docs/formats/ledger.md. */
export const gapCounters = [
  'answer-without-receipt', // the gateway stopped content that had no receipt
  'answer-without-release', // an answer left under a receipt that has no release in the ledger
  'reading-without-permit', // the store handed out content under a permit that is not in the ledger
  'reading-without-end', // content was handed out, and neither its release nor its withholding was recorded
  'permit-without-end', // a permit of which nothing was read has no end either
  'sequence', // the journal has a hole
  'bucket', // a minute of a process was never written down, or was taken away
  'totals', // what stands in the buckets is not what the heartbeat stated
  'process', // a process fell silent without having stopped
  'spool', // a spool did not come back, or not as it was acknowledged
  'database-reading', // the tables of records were read by something else than this program
] as const
export type GapCounter = (typeof gapCounters)[number]

export interface Finding {
  readonly counter: GapCounter
  /** What exactly is amiss: the same subject is told once. */
  readonly subject: string
  /** 4: nothing left, as far as can be told; 8: something may have left untraced. */
  readonly outcome: 4 | 8
  /** Process, period, expected and found; no content. */
  readonly detail: Readonly<Record<string, unknown>>
}

export interface GapDesk {
  readonly database: Database
  readonly ledger: Ledger
  readonly log: Log
  /** The run that found it. */
  readonly process: string
}

/** An open gap as the index has it; the ledger's entry is the record. */
export interface OpenGap {
  readonly sequence: number
  readonly counter: GapCounter
  readonly subject: string
  readonly foundAt: Date
  readonly detail: Readonly<Record<string, unknown>>
}

/**
 * Tells a finding: a `gap` entry, covered by the next signed checkpoint, and a line in the log for whoever watches it.
 * @returns false when it was told before.
 */
export async function tellGap(tx: Transaction, finding: Finding, desk: GapDesk): Promise<boolean> {
  const { counter, subject } = finding
  // Whoever tells a gap waits for whoever is telling one: each is told once.
  await tx.query('select pg_advisory_xact_lock(8710081)')
  const [known] = await tx.query('select from completeness_gap where counter = $1 and subject = $2', [counter, subject])
  if (known) return false
  const [receipt] = await desk.ledger.recordWithin(tx, [gapEntry(finding, desk)])
  await tx.query(
    `insert into completeness_gap (sequence, counter, subject, found_at, detail) values ($1, $2, $3, now(), $4)`,
    [receipt!.sequence, counter, subject, JSON.stringify(finding.detail)],
  )
  desk.log.error({ gap: receipt!.sequence, counter, subject, ...finding.detail }, 'a gap was found')
  return true
}

function gapEntry({ counter, subject, outcome, detail }: Finding, { process }: GapDesk): EntryDraft {
  return { kind: 'gap', outcome, detail: { counter, subject, ...detail, foundBy: process } }
}

/** What was missing has come: a later entry says so, and names the first. The first stays as it is. */
export async function healGap(gap: OpenGap, found: Readonly<Record<string, unknown>>, desk: GapDesk): Promise<void> {
  await desk.database.transaction(async (tx) => {
    const { counter, subject, sequence } = gap
    const [open] = await tx.query<{ sequence: number }>(
      'select sequence from completeness_gap where sequence = $1 and healed_by is null for update',
      [sequence],
    )
    if (!open) return
    const [receipt] = await desk.ledger.recordWithin(tx, [
      { kind: 'gap', outcome: 0, detail: { counter, subject, heals: sequence, ...found, foundBy: desk.process } },
    ])
    await tx.query('update completeness_gap set healed_by = $2 where sequence = $1', [sequence, receipt!.sequence])
    desk.log.warn({ gap: sequence, healedBy: receipt!.sequence, counter, subject }, 'a gap was healed')
  })
}

export async function openGaps(database: Database, counter?: GapCounter): Promise<readonly OpenGap[]> {
  return database.query<OpenGap>(
    `select sequence, counter, subject, found_at as "foundAt", detail from completeness_gap
     where healed_by is null and ($1::text is null or counter = $1) order by sequence`,
    [counter ?? null],
  )
}
