import { AccessFailure } from './errors.ts'

const tries = 5

/**
 * Runs a use until its release was committed under the authority state it was decided under. Each time the state
 * moved in between, everything is decided, fetched and recorded again; the entries of the earlier try remain.
 */
export async function decideUntilCurrent<Result>(use: () => Promise<Result | 'superseded'>): Promise<Result> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const result = await use()
    if (result !== 'superseded') return result
  }
  throw new AccessFailure('authority-unsettled', `rights changed ${tries} times while one use was decided`)
}
