import { type Database, DatabaseFailure, type Log, type Transaction } from '../kernel/index.ts'
import type { EntryDraft, Ledger } from '../ledger/index.ts'
import { type ReadSpool, readSpool, type SpooledFrame, type SpoolFlaw } from './read-spool.ts'
import { removeSpool, setSpoolAside } from './spool-folder.ts'
import { findRegistered } from './spool-registry.ts'

/** A use that was let through on last known facts, as it is judged by the facts that stand when it is joined. */
export type Judgement = { readonly effect: 'permit' } | { readonly effect: 'deny'; readonly code: string }

export interface JoinDesk {
  readonly dataDir: string
  readonly database: Database
  readonly ledger: Ledger
  readonly log: Log
  /** Decides a permit of the spool again: on the facts as they stand now, for the time of the use. */
  readonly judge: (permit: EntryDraft, recordedMs: number) => Promise<Judgement>
  /** Called inside the transaction that joins, with what is wrong with the spool: becomes a gap. */
  readonly onFlaw: (tx: Transaction, flaw: JoinedFlaw) => Promise<void>
}

export interface JoinedFlaw {
  readonly spool: string
  readonly kind: SpoolFlaw['kind'] | 'unregistered'
  /** The first frame that is not as it was acknowledged. */
  readonly index: number
  readonly framesRead: number
}

export interface Joined {
  readonly spool: string
  readonly frames: number
  readonly flaw?: JoinedFlaw
  /** Uses that would be refused now. */
  readonly forReview: number
}

const framesInOneTransaction = 50
const mostReviewsListed = 200

/**
 * Brings a spool into the ledger: every frame in its order, then a closing entry that states count, head and what is to
 * be reviewed. Exactly once, wherever the process dies: each batch and the index it reaches commit together.
 * @returns undefined when the spool had been joined already, or was not announced (which is a flaw that is told).
 */
export async function joinSpool(id: string, desk: JoinDesk): Promise<Joined | undefined> {
  const registered = await findRegistered(desk.database, id)
  if (registered?.isJoined) {
    await removeSpool(desk.dataDir, id)
    return undefined
  }
  const read = await readSpool(desk.dataDir, id)
  if (!registered || (read.fingerprint !== '' && read.fingerprint !== registered.fingerprint)) {
    await refuseUnregistered(read, desk)
    return undefined
  }
  for (let at = registered.joinedUpto; read.frames.some((frame) => frame.index >= at); ) {
    const batch = read.frames.filter((frame) => frame.index >= at).slice(0, framesInOneTransaction)
    at = await joinBatch(id, batch, desk)
  }
  const joined = await closeSpool(read, desk)
  await (joined.flaw ? setSpoolAside(desk.dataDir, id) : removeSpool(desk.dataDir, id))
  return joined
}

/** @returns the index that the ledger holds the spool up to afterwards. */
async function joinBatch(id: string, batch: readonly SpooledFrame[], desk: JoinDesk): Promise<number> {
  return desk.database.transaction(async (tx) => {
    const [row] = await tx.query<{ joined_upto: number; joined_sequence: number | null }>(
      'select joined_upto, joined_sequence from continuity_spool where id = $1 for update',
      [id],
    )
    const frames = batch.filter((frame) => frame.index >= row!.joined_upto)
    const upto = batch.at(-1)!.index + 1
    if (frames.length === 0 || row!.joined_sequence !== null) return Math.max(upto, row!.joined_upto)
    const places = new Map(await placesOf(tx, id, frames))
    // From the first append on this transaction alone moves the head, so that later sequences are known beforehand.
    const [opening, ...others] = frames
    const [first] = await desk.ledger.recordWithin(tx, joinedDrafts(id, opening!, places))
    places.set(opening!.index, first!.sequence)
    let next = first!.sequence + opening!.drafts.length
    const drafts = others.flatMap((frame) => {
      places.set(frame.index, next)
      next += frame.drafts.length
      return joinedDrafts(id, frame, places)
    })
    if (drafts.length > 0) await desk.ledger.recordWithin(tx, drafts)
    await tx.query(
      `insert into continuity_receipt (spool_id, index, sequence)
       select $1, * from unnest($2::bigint[], $3::bigint[])`,
      [id, frames.map((frame) => frame.index), frames.map((frame) => places.get(frame.index))],
    )
    await tx.query('update continuity_spool set joined_upto = $2 where id = $1', [id, upto])
    return upto
  })
}

/** Entries of the permits, joined earlier, that these frames follow. */
async function placesOf(
  tx: Transaction,
  id: string,
  frames: readonly SpooledFrame[],
): Promise<readonly (readonly [number, number])[]> {
  const followed = frames.flatMap((frame) => frame.drafts.flatMap((draft) => followedBy(draft) ?? []))
  const rows = await tx.query<{ index: number; sequence: number }>(
    'select index, sequence from continuity_receipt where spool_id = $1 and index = any($2)',
    [id, followed],
  )
  return rows.map((row) => [row.index, row.sequence] as const)
}

const followedBy = (draft: EntryDraft): number | undefined =>
  draft.follows !== undefined && draft.follows < 0 ? -1 - draft.follows : undefined

function joinedDrafts(id: string, frame: SpooledFrame, places: ReadonlyMap<number, number>): EntryDraft[] {
  const spool = { id, index: frame.index, chain: frame.chain, recorded: frame.recorded }
  return frame.drafts.map(({ follows: _, ...draft }, part) => {
    const permit = followedBy(frame.drafts[part]!)
    // The permit of a use whose frame was taken away is missing, and the closing entry says so.
    const follows = permit === undefined ? undefined : (places.get(permit) as EntryDraft['follows'])
    return { ...draft, ...(follows !== undefined && { follows }), detail: { ...draft.detail, spool } }
  })
}

async function closeSpool(read: ReadSpool, desk: JoinDesk): Promise<Joined> {
  const reviews = await reviewsOf(read, desk)
  const flaw: JoinedFlaw | undefined = read.flaw && {
    spool: read.spool,
    ...read.flaw,
    framesRead: read.frames.length,
  }
  await desk.database.transaction(async (tx) => {
    const [row] = await tx.query<{ joined_sequence: number | null; opened_sequence: number }>(
      'select joined_sequence, opened_sequence from continuity_spool where id = $1 for update',
      [read.spool],
    )
    if (row!.joined_sequence !== null) return
    if (flaw) await desk.onFlaw(tx, flaw)
    const [receipt] = await desk.ledger.recordWithin(tx, [
      {
        kind: 'spool-joined',
        outcome: flaw || reviews.length > 0 ? 8 : 0,
        detail: {
          spool: read.spool,
          opened: row!.opened_sequence,
          frames: read.frames.length,
          entries: read.frames.reduce((sum, frame) => sum + frame.drafts.length, 0),
          releases: releasesOf(read),
          chain: read.chain,
          ...(read.wasTorn && { torn: true }),
          ...(flaw && { flaw: { kind: flaw.kind, index: flaw.index } }),
          ...(reviews.length > 0 && { forReview: reviews.length, reviews: reviews.slice(0, mostReviewsListed) }),
        },
      },
    ])
    await tx.query('update continuity_spool set joined_sequence = $2 where id = $1', [read.spool, receipt!.sequence])
  })
  if (flaw) desk.log.error({ spool: read.spool, flaw }, 'a spool is not as it was acknowledged')
  if (reviews.length > 0) {
    desk.log.error(
      { spool: read.spool, uses: reviews.length },
      'uses traced in a spool would be refused now: review them',
    )
  }
  return { spool: read.spool, frames: read.frames.length, forReview: reviews.length, ...(flaw && { flaw }) }
}

const releasesOf = (read: ReadSpool): number =>
  read.frames.reduce((sum, frame) => sum + frame.drafts.filter((draft) => draft.kind === 'release').length, 0)

interface Review {
  readonly index: number
  /** Why it would be refused now; `undecided` when it cannot be decided any more. */
  readonly code: string
}

async function reviewsOf(read: ReadSpool, desk: JoinDesk): Promise<readonly Review[]> {
  const reviews: Review[] = []
  for (const frame of read.frames) {
    for (const draft of frame.drafts) {
      if (draft.decision?.effect !== 'permit') continue
      const judged = await desk.judge(draft, Date.parse(frame.recorded)).catch((err: unknown) => {
        // Without the database nothing can be said yet: the joining is begun again when it is there.
        if (err instanceof DatabaseFailure) throw err
        desk.log.warn({ err, spool: read.spool, index: frame.index }, 'a spooled use could not be decided again')
        return { effect: 'deny', code: 'undecided' } as const
      })
      if (judged.effect === 'deny') reviews.push({ index: frame.index, code: judged.code })
    }
  }
  return reviews
}

/** Frames that the ledger was never told to expect are nobody's word: they do not join it, and are kept as they are. */
async function refuseUnregistered(read: ReadSpool, desk: JoinDesk): Promise<void> {
  const flaw = { spool: read.spool, kind: 'unregistered', index: 0, framesRead: read.frames.length } as const
  await desk.database.transaction((tx) => desk.onFlaw(tx, flaw))
  desk.log.error({ spool: read.spool }, 'a spool that was never announced, or has another key, is not joined')
}
