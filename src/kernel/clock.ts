/** Where time comes from. Rules take times as arguments; only edges read the clock. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

/** A clock that tests and the demonstration set by hand. */
export function fixedClock(startMs: number): Clock & { advance(byMs: number): void } {
  let current = startMs
  return {
    now: () => current,
    advance: (byMs) => {
      current += byMs
    },
  }
}
