import { Worker } from 'node:worker_threads'
import type { InputIssue } from '../kernel/index.ts'
import { RecordsFailure } from './errors.ts'
import { structureIssues } from './structure.ts'
import type { JudgedMessage, JudgeMessage } from './validator-worker.ts'

export interface Validator {
  /**
   * Judges a resource against FHIR R4: structure, cardinality, types, invariants. No issues: it is valid.
   * @throws RecordsFailure `validator-unavailable` when it could not be judged: nothing is known about it then.
   */
  validate(resource: unknown): Promise<readonly InputIssue[]>
  close(): Promise<void>
}

/**
 * Validation in worker threads: reading the definitions takes 2 to 4 seconds and 160 MB, so each worker starts with the
 * first resource it gets, and requests are never held up on the main thread.
 */
export function openValidator(options: { readonly workers?: number } = {}): Validator {
  const lanes = Array.from({ length: options.workers ?? 1 }, () => openLane())
  return {
    async validate(resource) {
      const issues = structureIssues(resource)
      if (issues.length > 0) return issues
      const lane = lanes.reduce((least, each) => (each.waiting() < least.waiting() ? each : least))
      return lane.judge(resource)
    },
    async close() {
      await Promise.all(lanes.map((lane) => lane.close()))
    },
  }
}

interface Lane {
  waiting(): number
  judge(resource: unknown): Promise<readonly InputIssue[]>
  close(): Promise<void>
}

interface Waiting {
  readonly done: (issues: readonly InputIssue[]) => void
  readonly fail: (error: Error) => void
}

function openLane(): Lane {
  let worker: Worker | undefined
  let next = 0
  const waiting = new Map<number, Waiting>()

  const start = (): Worker => {
    const started = new Worker(new URL('./validator-worker.ts', import.meta.url))
    started.on('message', ({ ticket, issues }: JudgedMessage) => {
      const one = waiting.get(ticket)
      waiting.delete(ticket)
      if (waiting.size === 0) started.unref()
      one?.done(issues)
    })
    const lost = (cause: unknown) => {
      if (worker === started) worker = undefined
      const error = new RecordsFailure('validator-unavailable', 'the validator ended', { cause })
      for (const one of waiting.values()) one.fail(error)
      waiting.clear()
    }
    started.on('error', lost)
    started.on('exit', lost)
    return started
  }

  return {
    waiting: () => waiting.size,
    judge: (resource) =>
      new Promise((done, fail) => {
        worker ??= start()
        worker.ref()
        const ticket = next++
        waiting.set(ticket, { done, fail })
        worker.postMessage({ ticket, resource } satisfies JudgeMessage)
      }),
    async close() {
      await worker?.terminate()
    },
  }
}
