import { type Clock, type Closing, type Database, type LastKnown, type Log, openClosing } from '../kernel/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { openContinuityLedger, type SpoolInUse } from './continuity-ledger.ts'
import { type DatabaseWatch, watchDatabase } from './database-watch.ts'
import { type JoinDesk, type Joined, joinSpool } from './join-spool.ts'
import { type ContinuityPlan, isStrict } from './mode.ts'
import { openSpool, type SpoolOptions } from './spool.ts'
import { lockSpools, removeSpool, spoolsLeft } from './spool-folder.ts'
import { registerSpool } from './spool-registry.ts'

export interface ContinuityOptions extends Pick<SpoolOptions, 'dataDir' | 'openDisk'> {
  readonly plan: ContinuityPlan
  readonly database: Database
  readonly ledger: Ledger
  readonly clock: Clock
  readonly log: Log
  /** Name of this run, as its counters have it. */
  readonly process: string
  readonly onFlaw: JoinDesk['onFlaw']
  readonly watchEveryMs?: number
  readonly refreshEveryMs?: number
  /** How long uses under way in a spool may take to end before it is closed over them. */
  readonly drainMs?: number
}

export interface ContinuityState {
  readonly databaseIsAway: boolean
  /** Uses traced locally that have not joined the ledger. */
  readonly spooledFrames: number
  readonly isReady: boolean
}

export interface Continuity {
  /** For the rooms that record uses: the ledger, with a spool behind it where the plan has one. */
  readonly ledger: Ledger
  /** Absent where everything is strict. */
  readonly lastKnown?: LastKnown
  state(): ContinuityState
  /** Begins to watch and to join; before this, spools of earlier runs wait. */
  start(judge: JoinDesk['judge'], refreshLastKnown?: () => Promise<void>): void
  close(): Promise<void>
}

/**
 * Keeps a spool ready, announced while the database is there; when it returns after an outage the next spool is
 * announced first, then the used one is drained, joined and removed. Spools of earlier runs are joined likewise.
 */
export async function openContinuity(options: ContinuityOptions): Promise<Continuity> {
  const { plan, ledger, clock, log, dataDir } = options
  if (isStrict(plan)) return strictly(options)
  const closing = openClosing()
  closing.add(await lockSpools(dataDir))
  const drainMs = options.drainMs ?? 35_000
  let judge: JoinDesk['judge'] | undefined
  let current: SpoolInUse | undefined
  const used: SpoolInUse[] = []
  let watch: DatabaseWatch = idleWatch(clock)

  /** One after the other: a return that comes while another is being worked off waits for it. */
  async function afterReturn(): Promise<void> {
    if (!current || current.spool.head().count > 0) {
      const next = await openSpool({ ...options, maxBytes: plan.maxSpoolBytes })
      try {
        await registerSpool({ id: next.id, fingerprint: next.fingerprint }, options)
      } catch (error) {
        await next.close()
        await removeSpool(dataDir, next.id)
        throw error
      }
      if (current) used.push(current)
      current = { spool: next, open: new Map() }
    }
    await joinAll()
  }

  async function joinAll(): Promise<void> {
    for (let inUse = used[0]; inUse; inUse = used[0]) {
      await drained(inUse, drainMs)
      await inUse.spool.close()
      await join(inUse.spool.id)
      used.shift()
    }
    for (const id of await spoolsLeft(dataDir)) if (id !== current?.spool.id) await join(id)
  }

  async function join(id: string): Promise<Joined | undefined> {
    try {
      const joined = await joinSpool(id, { ...options, judge: judge! })
      if (joined) log.info(joined, 'a spool joined the ledger')
      return joined
    } catch (err) {
      log.warn({ err, spool: id }, 'a spool has not joined the ledger yet')
      throw err
    }
  }

  closing.add(async () => {
    if (!current) return
    await current.spool.close()
    if (judge && !watch.isAway()) await join(current.spool.id).catch(() => {})
  })
  await afterOpening()

  /** A server that cannot announce its first spool does not start: it would promise what it cannot keep. */
  async function afterOpening(): Promise<void> {
    const first = await openSpool({ ...options, maxBytes: plan.maxSpoolBytes })
    await registerSpool({ id: first.id, fingerprint: first.fingerprint }, options)
    current = { spool: first, open: new Map() }
  }

  return {
    ledger: openContinuityLedger({ ledger, plan, clock, watch: () => watch, spoolForNewUses: () => current }),
    lastKnown: { databaseIsAway: () => watch.isAway(), oldestMs: () => clock.now() - plan.staleMs },
    state: () => ({
      databaseIsAway: watch.isAway(),
      spooledFrames: [...used, ...(current ? [current] : [])].reduce((sum, one) => sum + one.spool.head().count, 0),
      isReady: current !== undefined,
    }),
    start(givenJudge, refreshLastKnown) {
      judge = givenJudge
      if (refreshLastKnown) closing.add(keepRefreshing(refreshLastKnown, () => watch, options))
      const everyMs = options.watchEveryMs ?? 1_000
      watch = watchDatabase({ ledger, clock, everyMs, patienceMs: 2_500, onBack: afterReturn })
      closing.add(() => watch.close())
    },
    close: () => closing.run(),
  }
}

/** Before an outage, not in it: whoever lost a right since it was last read is refused by the next round. */
function keepRefreshing(
  refresh: () => Promise<void>,
  watch: () => DatabaseWatch,
  { log, refreshEveryMs = 15_000 }: ContinuityOptions,
): () => Promise<void> {
  let turn: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    if (watch().isAway()) return
    turn = turn.then(refresh).catch((err: unknown) => log.warn({ err }, 'facts last known could not be refreshed'))
  }, refreshEveryMs)
  return () => {
    clearInterval(timer)
    return turn
  }
}

/** Everything strict: the ledger as it is. Spools that an earlier run with another plan left are joined all the same. */
async function strictly(options: ContinuityOptions): Promise<Continuity> {
  const closing: Closing = openClosing()
  return {
    ledger: options.ledger,
    state: () => ({ databaseIsAway: false, spooledFrames: 0, isReady: false }),
    start(judge) {
      const joining = joinLeft(options, judge).catch((err: unknown) =>
        options.log.error({ err }, 'spools of an earlier run could not be joined'),
      )
      closing.add(() => joining)
    },
    close: () => closing.run(),
  }
}

async function joinLeft(options: ContinuityOptions, judge: JoinDesk['judge']): Promise<void> {
  const left = await spoolsLeft(options.dataDir)
  if (left.length === 0) return
  const release = await lockSpools(options.dataDir)
  try {
    for (const id of left) await joinSpool(id, { ...options, judge })
  } finally {
    await release()
  }
}

/** Before the watch runs, the database was there a moment ago: it opened. */
function idleWatch(clock: Clock): DatabaseWatch {
  const since = clock.now()
  return {
    isAway: () => false,
    lastHeardMs: () => since,
    noteAnswer: () => {},
    noteSilence: () => {},
    close: async () => {},
  }
}

async function drained(inUse: SpoolInUse, patienceMs: number): Promise<void> {
  const until = performance.now() + patienceMs
  while (inUse.open.size > 0 && performance.now() < until) await new Promise((next) => setTimeout(next, 25))
}
