import type { Database } from '../kernel/index.ts'
import type { Finding } from './gap.ts'
import { unpackSequences } from './sequence-list.ts'

/** Sequences named in one entry, of those that there are: an entry has at most 64 KiB, and the first ones lead to it. */
const mostNamed = 50
/** How far behind a permit its end is looked for: near first, where nearly all are; what is not there, far. */
const nearAhead = 2_000
const farAhead = 500_000

interface ClosedBucket {
  readonly process: string
  readonly minute: number
  readonly stopped: number
  readonly receipts: Buffer
  readonly permits: Buffer
}

/** How the ledger ends what it was asked about: unknown, no use, or a use with these kinds following it. */
interface Standing {
  readonly sequence: number
  readonly kind: string | null
  readonly endings: readonly string[]
}

/** Buckets that are closed, and old enough for every use in them to have ended. */
export async function settledBuckets(database: Database, beforeMinute: number): Promise<readonly ClosedBucket[]> {
  return database.query<ClosedBucket>(
    `select process_id as process, minute, stopped, receipts, permits from counting_bucket
     where not reconciled and closed and minute < $1 order by minute, process_id limit 100`,
    [beforeMinute],
  )
}

/**
 * Compares one minute of one process with the ledger, receipt by receipt: what left the gateway must have its release,
 * and what left the store its permit and its end.
 */
export async function judgeBucket(database: Database, bucket: ClosedBucket): Promise<readonly Finding[]> {
  const receipts = [...new Set(unpackSequences(bucket.receipts))]
  const permits = [...new Set(unpackSequences(bucket.permits))]
  const standings = await standingsOf(database, [...new Set([...receipts, ...permits])])
  const unreleased = receipts.filter((sequence) => !wasReleased(standings.get(sequence)))
  const unpermitted = permits.filter((sequence) => !isPermit(standings.get(sequence)))
  const unended = permits.filter((sequence) => {
    const standing = standings.get(sequence)
    return isUse(standing) && standing!.endings.length === 0
  })
  const about = (counter: Finding['counter'], what: readonly number[], expected: number): Finding[] =>
    what.length === 0 ? [] : [findingOf(bucket, counter, what, expected)]
  return [
    ...(bucket.stopped > 0 ? [stoppedFinding(bucket)] : []),
    ...about('answer-without-release', unreleased, receipts.length),
    ...about('reading-without-permit', unpermitted, permits.length),
    ...about('reading-without-end', unended, permits.length),
  ]
}

function findingOf(
  { process, minute }: ClosedBucket,
  counter: Finding['counter'],
  sequences: readonly number[],
  expected: number,
): Finding {
  return {
    counter,
    subject: `${process}/${minute}`,
    outcome: 8,
    detail: {
      process,
      ...periodOf(minute),
      expected,
      found: expected - sequences.length,
      sequences: sequences.slice(0, mostNamed),
    },
  }
}

function stoppedFinding({ process, minute, stopped }: ClosedBucket): Finding {
  return {
    counter: 'answer-without-receipt',
    subject: `${process}/${minute}`,
    // Stopped before it left: nothing is out, but somewhere a door is built wrong.
    outcome: 4,
    detail: { process, ...periodOf(minute), expected: 0, found: stopped },
  }
}

export function periodOf(minute: number): { readonly from: string; readonly until: string } {
  return {
    from: new Date(minute * 60_000).toISOString(),
    until: new Date((minute + 1) * 60_000).toISOString(),
  }
}

/** An entry that is not a permit says itself what was answered (a refusal, a reading of the trace). */
function wasReleased(standing: Standing | undefined): boolean {
  if (!standing || standing.kind === null) return false
  return !isUse(standing) || standing.endings.some((kind) => kind !== 'withheld')
}

/** Reading the trace is a permit too: for the names of the patients in it. It needs no further end. */
const isPermit = (standing: Standing | undefined): boolean => isUse(standing) || standing?.kind === 'trace-reading'

const isUse = (standing: Standing | undefined): boolean =>
  standing !== undefined && (standing.kind === 'permit' || standing.kind === 'search')

async function standingsOf(database: Database, sequences: readonly number[]): Promise<ReadonlyMap<number, Standing>> {
  const near = await standingsWithin(database, sequences, nearAhead)
  const open = [...near.values()].filter((one) => isUse(one) && one.endings.length === 0).map((one) => one.sequence)
  const far = await standingsWithin(database, open, farAhead)
  return new Map([...near, ...far])
}

async function standingsWithin(
  database: Database,
  sequences: readonly number[],
  ahead: number,
): Promise<ReadonlyMap<number, Standing>> {
  if (sequences.length === 0) return new Map()
  const rows = await database.query<Standing>(
    {
      name: 'completeness-standings',
      text: `
        with asked as (select unnest($1::bigint[]) as sequence),
        reach as (select min(sequence) as low, max(sequence) as high from asked),
        following as (
          select entry_follows(e.body) as follows, array_agg(distinct entry_kind(e.body)) as endings
          from reach, ledger_entry e
          where e.sequence > reach.low and e.sequence <= reach.high + $2
          group by 1)
        select a.sequence, entry_kind(e.body) as kind, coalesce(f.endings, '{}') as endings
        from asked a left join ledger_entry e using (sequence) left join following f on f.follows = a.sequence`,
    },
    [sequences, ahead],
  )
  return new Map(rows.map((row) => [row.sequence, row]))
}

/** Those of these permits that nothing follows. */
export async function withoutEnd(database: Database, permits: readonly number[]): Promise<readonly number[]> {
  const standings = await standingsOf(database, permits)
  return permits.filter((sequence) => standings.get(sequence)?.endings.length === 0)
}

/**
 * Every permit of a stretch of the ledger, whoever recorded it: it must have an end. And the stretch must be whole.
 * Two kinds end elsewhere: a use of a spool, and a decision asked for by AuthZEN, which is enforced by who asked.
 * @param settled entries below this sequence are old enough to have ended.
 * @returns how far the journal was judged.
 */
export async function judgeJournal(
  database: Database,
  from: number,
  settled: number,
): Promise<{ readonly upto: number; readonly findings: readonly Finding[] }> {
  const upto = Math.min(settled, from + stretchAtOnce)
  if (upto <= from) return { upto: from, findings: [] }
  const [row] = await database.query<{ rows: number; open: string[] }>(
    {
      name: 'completeness-judge-journal',
      text: `
        with stretch as materialized (
          select sequence, entry_kind(body) as kind, entry_follows(body) as follows
          from ledger_entry where sequence >= $1 and sequence < $3)
        select (select count(*) from stretch where sequence < $2) as rows,
          array(select s.sequence from stretch s
                where s.sequence < $2 and s.kind in ('permit', 'search')
                  and not exists (select from stretch f where f.follows = s.sequence)
                order by 1) as open`,
    },
    [from, upto, upto + nearAhead],
  )
  const { rows } = row!
  // An array of int8 comes as text.
  const open = await stillOpen(database, row!.open.map(Number), upto + stretchBeyond)
  const findings: Finding[] = []
  if (rows < upto - from) {
    const detail = { from, upto, expected: upto - from, found: rows }
    findings.push({ counter: 'sequence', subject: `${from}-${upto}`, outcome: 8, detail })
  }
  if (open.length > 0) {
    const detail = { from, upto, expected: 0, found: open.length, sequences: open.slice(0, mostNamed) }
    findings.push({ counter: 'permit-without-end', subject: `${from}-${upto}`, outcome: 4, detail })
  }
  return { upto, findings }
}

/** Of permits without an end nearby, those that have none further on either, and that do not end elsewhere. */
async function stillOpen(database: Database, permits: readonly number[], below: number): Promise<readonly number[]> {
  if (permits.length === 0) return []
  const rows = await database.query<{ sequence: number }>(
    {
      name: 'completeness-still-open',
      text: `
        with asked as (select unnest($1::bigint[]) as sequence),
        following as materialized (
          select entry_follows(body) as follows from ledger_entry
          where sequence > (select min(sequence) from asked) and sequence < $2)
        select e.sequence
        from asked join ledger_entry e using (sequence), json_to_record(e.body::json) as r (channel text, detail json)
        where (r.detail ->> 'spool' is not null or r.channel = 'authzen') is not true
          and not exists (select from following f where f.follows = e.sequence)
        order by 1`,
    },
    [permits, below],
  )
  return rows.map((one) => one.sequence)
}

const stretchAtOnce = 20_000
const stretchBeyond = 20_000
