import { Failure } from './failure.ts'
import type { Log } from './log.ts'

/** Work that is done again and again until it is closed; a failure is told and only makes the next pause longer. */
export interface Rounds {
  close(): Promise<void>
}

export function startRounds(options: {
  readonly name: string
  readonly everyMs: number
  readonly log: Log
  readonly round: () => Promise<void>
  /** How far the pause grows, doubling, while rounds fail. */
  readonly longestPauseMs?: number
}): Rounds {
  const { name, everyMs, log, round, longestPauseMs = 30_000 } = options
  const closing = new AbortController()
  const running = run()
  return {
    close() {
      closing.abort()
      return running
    },
  }

  async function run(): Promise<void> {
    for (let pauseMs = everyMs; !closing.signal.aborted; ) {
      try {
        await round()
        pauseMs = everyMs
      } catch (err) {
        pauseMs = Math.min(2 * pauseMs, longestPauseMs)
        log[err instanceof Failure ? 'warn' : 'error'](
          { err, worker: name, pauseMs },
          'a round failed and will be tried again',
        )
      }
      await pause(pauseMs, closing.signal)
    }
  }
}

/** Returns after so long, or as soon as the signal says to end. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const wake = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', wake)
      done()
    }
    const timer = setTimeout(wake, ms)
    signal.addEventListener('abort', wake)
    if (signal.aborted) wake()
  })
}
