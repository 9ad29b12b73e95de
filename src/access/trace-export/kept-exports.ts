import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Denied } from '../../authority/index.ts'
import { Failure, type LedgerSequence, type Log, type PersonId } from '../../kernel/index.ts'
import type { Receipt } from '../../ledger/index.ts'
import type { ExportDesk, ExportTraceUse } from './export-order.ts'
import { exportTrace } from './export-trace.ts'

export interface KeptExport {
  readonly id: string
  readonly use: ExportTraceUse
  readonly startedMs: number
  readonly receipt: { readonly sequence: LedgerSequence }
  readonly state: 'finding' | 'waiting' | 'writing' | 'ready' | 'stopped' | 'failed'
  readonly found: number
  readonly written: number
  readonly file?: { readonly path: string; readonly fileName: string; readonly sizeBytes: number }
  readonly keptUntilMs?: number
  readonly failure?: string
}

/**
 * Exports under way and those done a short while ago, of this process. What was exported, by whom and why stands in the
 * ledger; a process that ends takes its unfinished files with it, and they are asked for again.
 */
export interface KeptExports {
  start(
    use: ExportTraceUse,
  ): Promise<
    | { readonly outcome: 'started'; readonly export: KeptExport }
    | { readonly outcome: 'refused'; readonly decision: Denied; readonly receipt: Receipt }
  >
  of(person: PersonId): readonly KeptExport[]
  one(person: PersonId, id: string): KeptExport | undefined
  /** Stops one under way, or deletes the file of one that is ready. */
  stop(person: PersonId, id: string): Promise<KeptExport | undefined>
  close(): Promise<void>
}

/** Time enough to fetch it over a slow line, and little enough that copies do not lie about. */
const keptMs = 30 * 60 * 1000

interface Job {
  kept: KeptExport
  readonly stopping: AbortController
}

/** Files of an earlier run are removed: nobody can ask for them any more. */
export async function openKeptExports(
  options: ExportDesk & { readonly dataDir: string; readonly log: Log },
): Promise<KeptExports> {
  const { log, clock } = options
  const folder = join(options.dataDir, 'exports')
  await rm(folder, { recursive: true, force: true })
  const jobs = new Map<string, Job>()
  const pending = new Set<Promise<unknown>>()

  async function forgetOld(): Promise<void> {
    for (const [id, { kept }] of jobs) {
      if ((kept.keptUntilMs ?? Number.POSITIVE_INFINITY) > clock.now()) continue
      jobs.delete(id)
      await rm(join(folder, id), { recursive: true, force: true })
    }
  }
  const cleaning = setInterval(
    () => void forgetOld().catch((err: unknown) => log.error({ err }, 'an old export stays')),
    60_000,
  )
  cleaning.unref()

  function start(use: ExportTraceUse): ReturnType<KeptExports['start']> {
    const id = randomUUID()
    const stopping = new AbortController()
    return new Promise((begun, failed) => {
      let job: Job | undefined
      const change = (more: Partial<KeptExport>) => {
        if (job) job.kept = { ...job.kept, ...more }
      }
      const running = mkdir(join(folder, id), { recursive: true, mode: 0o700 })
        .then(() =>
          exportTrace(use, options, {
            folder: join(folder, id),
            signal: stopping.signal,
            onPermitted(receipt) {
              const kept: KeptExport = {
                id,
                use,
                startedMs: clock.now(),
                receipt,
                state: 'finding',
                found: 0,
                written: 0,
              }
              job = { kept, stopping }
              jobs.set(id, job)
              begun({ outcome: 'started', export: kept })
            },
            onProgress: change,
          }),
        )
        .then((result) => {
          const keptUntilMs = clock.now() + keptMs
          if (result.outcome === 'refused') begun(result)
          else if (result.outcome === 'stopped') change({ state: 'stopped', keptUntilMs })
          else {
            const { path, fileName, sizeBytes, uses } = result
            change({ state: 'ready', found: uses, written: uses, keptUntilMs, file: { path, fileName, sizeBytes } })
          }
        })
        .catch((err: unknown) => {
          failed(err)
          const failure = err instanceof Failure ? err.code : 'unexpected'
          change({ state: 'failed', failure, keptUntilMs: clock.now() + keptMs })
          log.error({ err, requestId: use.requestId }, 'an export of the trace failed')
        })
      pending.add(running)
      void running.finally(() => pending.delete(running))
    })
  }
  const own = (person: PersonId, id: string) => {
    const job = jobs.get(id)
    return job?.kept.use.caller.person === person ? job : undefined
  }
  return {
    start,
    of: (person) => [...jobs.values()].map((job) => job.kept).filter((kept) => kept.use.caller.person === person),
    one: (person, id) => own(person, id)?.kept,
    async stop(person, id) {
      const job = own(person, id)
      if (job === undefined) return undefined
      job.stopping.abort()
      if (job.kept.state === 'ready') {
        const { file: _, ...kept } = job.kept
        job.kept = { ...kept, state: 'stopped' }
        await rm(join(folder, id), { recursive: true, force: true })
      }
      return job.kept
    },
    async close() {
      clearInterval(cleaning)
      for (const job of jobs.values()) job.stopping.abort()
      await Promise.all(pending)
      await rm(folder, { recursive: true, force: true })
    },
  }
}
