import { type Clock, pause } from '../kernel/index.ts'
import type { Ledger } from '../ledger/index.ts'

/** Whether the ledger's database answers, and when it last did. */
export interface DatabaseWatch {
  isAway(): boolean
  /** Milliseconds since the epoch. */
  lastHeardMs(): number
  /** What a use just learned. */
  noteAnswer(): void
  noteSilence(): void
  close(): Promise<void>
}

/**
 * Asks the ledger for its size each second, so that an outage is known before a use has to wait for it, and its end
 * at once. `onBack` runs after each return, and again each second while it throws.
 */
export function watchDatabase(options: {
  readonly ledger: Pick<Ledger, 'size'>
  readonly clock: Clock
  readonly everyMs: number
  readonly patienceMs: number
  readonly onBack: () => Promise<void>
}): DatabaseWatch {
  const { ledger, clock, everyMs, patienceMs, onBack } = options
  const closing = new AbortController()
  let away = false
  let owesReturn = true
  let lastHeardMs = clock.now()
  const noteAnswer = (): void => {
    away = false
    lastHeardMs = clock.now()
  }
  const noteSilence = (): void => {
    away = true
    owesReturn = true
  }
  const running = (async () => {
    while (!closing.signal.aborted) {
      try {
        await within(patienceMs, ledger.size())
        noteAnswer()
      } catch {
        noteSilence()
      }
      if (!away && owesReturn) {
        owesReturn = false
        await onBack().catch(() => {
          owesReturn = true
        })
      }
      await pause(everyMs, closing.signal)
    }
  })()
  return {
    isAway: () => away,
    lastHeardMs: () => lastHeardMs,
    noteAnswer,
    noteSilence,
    async close() {
      closing.abort()
      await running
    },
  }
}

async function within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), ms)
  })
  return Promise.race([work, tooLong]).finally(() => clearTimeout(timer))
}
