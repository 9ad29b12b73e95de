import {
  type Cosignature,
  type CosignatureVerifier,
  CryptoFailure,
  readCosignatures,
  splitNote,
  type WitnessPolicy,
  withCosignatures,
} from '../crypto/index.ts'
import { type Clock, type Database, Failure, type Log, startRounds } from '../kernel/index.ts'
import type { Ledger, PublishedCheckpoint } from '../ledger/index.ts'
import { openCosignatureStore, type WitnessStanding } from './cosignature-store.ts'
import type { OwnLog } from './own-log.ts'
import { bringWitness, type ReachableWitness } from './witness-round.ts'

export interface WitnessClientOptions {
  readonly database: Database
  readonly ledger: Ledger
  readonly log: Log
  readonly clock: Clock
  readonly policy: WitnessPolicy
  /** The log that the policy speaks of, and others that are shown to the same witnesses. */
  readonly ownLogs: readonly OwnLog[]
  /** Whether this process shows checkpoints to the witnesses; one that does not can still ask and publish. */
  readonly submits?: boolean
  readonly submitEveryMs?: number
  readonly timeoutMs?: number
  /** Pause after a witness's first failure; it doubles with each, up to half a minute. */
  readonly firstBackoffMs?: number
  /** How long witnesses may lag before the newest checkpoint is served without their quorum. */
  readonly patienceMs?: number
}

/** How far the witnesses are behind the ledger. */
export interface WitnessLag {
  /** Entries below this are covered by a checkpoint that the policy counts. */
  readonly witnessedSize: number
  readonly unwitnessedEntries: number
  /** Age of the oldest entry that is not; 0 when there is none. */
  readonly lagSeconds: number
}

export interface WitnessClient {
  /** Whether the policy asks for any. */
  readonly asksWitnesses: boolean
  /** What is served at `/ledger/checkpoint`; see {@link openWitnessClient}. */
  published(ownLog?: OwnLog): Promise<PublishedCheckpoint | undefined>
  /** A checkpoint with every cosignature there is for it. */
  cosigned(checkpoint: PublishedCheckpoint, ownLog?: OwnLog): Promise<PublishedCheckpoint>
  /**
   * Waits until a checkpoint that the policy counts covers the entry: for operations so grave that they should not be
   * done while nobody outside can know of them.
   */
  awaitWitnessed(sequence: number, timeoutMs: number): Promise<AwaitedWitness>
  lag(): Promise<WitnessLag>
  standing(): Promise<readonly WitnessStanding[]>
  close(): Promise<void>
}

export type AwaitedWitness =
  | { readonly outcome: 'witnessed'; readonly size: number; readonly witnessedAtMs: number }
  /** No policy asks for witnesses: nobody outside will ever confirm it. */
  | { readonly outcome: 'no-witnesses' }
  | { readonly outcome: 'not-in-time'; readonly witnessedSize: number }

const clientLock = 0x43_57_57_49
const longestBackoffMs = 30_000
const thinEveryMs = 3_600_000

/**
 * Shows each checkpoint to the witnesses of the policy, off the append path. Of any number of processes one submits at a
 * time. Served is the newest checkpoint that satisfies the policy, as long as its quorum is not further behind than
 * `patienceMs`; then the newest of our own, with whatever cosignatures it has: witnesses that are away must neither stop
 * a hospital nor hide its ledger. What a process has served it never goes back behind.
 */
export function openWitnessClient(options: WitnessClientOptions): WitnessClient {
  const { database, ledger, log, clock, policy, ownLogs } = options
  const timeoutMs = options.timeoutMs ?? 5_000
  const firstBackoffMs = options.firstBackoffMs ?? 1_000
  const patienceMs = options.patienceMs ?? 60_000
  const main = ownLogs[0]!
  const store = openCosignatureStore(database)
  const witnesses = policy.witnesses.filter((witness): witness is ReachableWitness => witness.url !== undefined)
  const asksWitnesses = !policy.isMetBy(new Set())
  const backoffs = new Map<string, { untilMs: number; pauseMs: number }>()
  const served = new Map<string, number>()

  let thinAt = 0

  const rounds =
    witnesses.length > 0 && options.submits !== false
      ? startRounds({
          name: 'witness client',
          everyMs: options.submitEveryMs ?? 1_000,
          log,
          round: () => inTurn(database, submitAll),
        })
      : undefined

  async function submitAll(): Promise<void> {
    await Promise.all(ownLogs.map(submitNewest))
    if (performance.now() < thinAt) return
    thinAt = performance.now() + thinEveryMs
    for (const { origin } of ownLogs) await store.thin(origin)
  }

  async function submitNewest(ownLog: OwnLog): Promise<void> {
    const newest = await ownLog.newest()
    if (!newest) return
    const have = await cosigners(ownLog, newest)
    await Promise.all(witnesses.filter(({ name }) => !have.has(name)).map((each) => submitTo(each, ownLog, newest)))
    const judged = await timesOf(ownLog, newest)
    const met = new Set<string>()
    const decisive = judged.find(({ witness }) => policy.isMetBy(met.add(witness)))
    if (decisive) await store.raiseWitnessed(ownLog.origin, newest.size, decisive.timeSeconds * 1000)
  }

  async function submitTo(witness: ReachableWitness, ownLog: OwnLog, newest: PublishedCheckpoint): Promise<void> {
    const key = `${ownLog.origin} ${witness.verifierKey}`
    const backoff = backoffs.get(key)
    if (backoff && backoff.untilMs > performance.now()) return
    const failed = async (failure: string): Promise<void> => {
      const pauseMs = Math.min(2 * (backoff?.pauseMs ?? firstBackoffMs / 2), longestBackoffMs)
      backoffs.set(key, { untilMs: performance.now() + pauseMs, pauseMs })
      log.warn({ witness: witness.verifier.name, origin: ownLog.origin, failure, pauseMs }, 'a witness did not cosign')
    }
    try {
      const parts = { ownLog, store, log, timeoutMs, desk: { database, ledger, clock, log } }
      if (await bringWitness(witness, newest, parts)) backoffs.delete(key)
      else await failed('refused')
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      await store.note(ownLog.origin, witness.verifier, { failure: error.code })
      await failed(error.code)
    }
  }

  /** Cosignatures that verify under our checkpoint, earliest first; rows that somebody altered do not count. */
  async function timesOf(ownLog: OwnLog, checkpoint: PublishedCheckpoint) {
    const { text } = splitNote(checkpoint.note)
    const lines = await store.linesAt(ownLog.origin, checkpoint.size)
    return policy.witnesses
      .flatMap(({ name, verifier }) =>
        lines.flatMap((line) => verified(text, line, verifier).map((each) => ({ ...each, witness: name }))),
      )
      .sort((a, b) => a.timeSeconds - b.timeSeconds)
  }

  async function cosigners(ownLog: OwnLog, checkpoint: PublishedCheckpoint): Promise<ReadonlySet<string>> {
    return new Set((await timesOf(ownLog, checkpoint)).map(({ witness }) => witness))
  }

  async function cosigned(checkpoint: PublishedCheckpoint, ownLog = main): Promise<PublishedCheckpoint> {
    const lines = (await timesOf(ownLog, checkpoint)).map(({ line }) => line)
    return { ...checkpoint, note: withCosignatures(checkpoint.note, lines) }
  }

  async function lag(): Promise<WitnessLag> {
    const [witnessed, size] = [await store.witnessed(main.origin), await ledger.size()]
    const witnessedSize = Math.min(witnessed?.size ?? 0, size)
    if (witnessedSize === size) return { witnessedSize, unwitnessedEntries: 0, lagSeconds: 0 }
    const [oldest] = await database.query<{ recorded: string }>(
      `select body::json ->> 'recorded' as recorded from ledger_entry where sequence = $1`,
      [witnessedSize],
    )
    const lagMs = oldest ? clock.now() - Date.parse(oldest.recorded) : 0
    return { witnessedSize, unwitnessedEntries: size - witnessedSize, lagSeconds: Math.max(0, lagMs / 1000) }
  }

  async function published(ownLog = main): Promise<PublishedCheckpoint | undefined> {
    const newest = await ownLog.newest()
    if (!newest || !asksWitnesses) return newest && (await cosigned(newest, ownLog))
    const floor = served.get(ownLog.origin) ?? 0
    const witnessed = await store.witnessed(ownLog.origin)
    const kept = witnessed && witnessed.size >= floor ? await ownLog.at(witnessed.size) : undefined
    const isPatient = kept !== undefined && (await lag()).lagSeconds * 1000 <= patienceMs
    const chosen = isPatient ? kept : newest
    served.set(ownLog.origin, Math.max(floor, chosen.size))
    return await cosigned(chosen, ownLog)
  }

  return {
    asksWitnesses,
    published,
    cosigned,
    lag,
    standing: () => store.standing(main.origin),
    async awaitWitnessed(sequence, patience) {
      if (!asksWitnesses) return { outcome: 'no-witnesses' }
      for (const end = performance.now() + patience; ; ) {
        const witnessed = await store.witnessed(main.origin)
        if (witnessed && witnessed.size > sequence) {
          return { outcome: 'witnessed', size: witnessed.size, witnessedAtMs: witnessed.atMs }
        }
        const leftMs = end - performance.now()
        if (leftMs <= 0) return { outcome: 'not-in-time', witnessedSize: witnessed?.size ?? 0 }
        await new Promise((next) => setTimeout(next, Math.min(100, leftMs)))
      }
    },
    close: async () => void (await rounds?.close()),
  }
}

/** Does the work if no other process does. The lock goes with the transaction, whatever becomes of the process. */
async function inTurn(database: Database, work: () => Promise<void>): Promise<void> {
  await database.transaction(async (tx) => {
    const [turn] = await tx.query<{ mine: boolean }>('select pg_try_advisory_xact_lock($1) as mine', [clientLock])
    if (turn!.mine) await work()
  })
}

function verified(text: string, line: string, verifier: CosignatureVerifier): readonly Cosignature[] {
  try {
    return readCosignatures(text, [line], [verifier])
  } catch (error) {
    if (error instanceof CryptoFailure) return []
    throw error
  }
}
