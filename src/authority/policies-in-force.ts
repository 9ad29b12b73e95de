import type { Clock, Database, Queryable } from '../kernel/index.ts'
import type { Ledger, Receipt } from '../ledger/index.ts'
import { AuthorityFailure } from './errors.ts'

export interface InForceDesk {
  readonly database: Database
  readonly ledger: Ledger
  readonly clock: Clock
  /** SHA-256 of the bundle that this process decides by, hex. */
  readonly bundle: string
}

/**
 * A server that starts puts its policies in force. If others were, that is a change of everyone's rights: an entry that
 * raises the epoch, so that nothing decided under the old policies is released after it.
 * @returns the receipt of the change; undefined where nothing changed.
 */
export async function putPoliciesInForce(desk: InForceDesk): Promise<Receipt | undefined> {
  return desk.database.transaction(async (tx) => {
    const since = new Date(desk.clock.now())
    const first = await tx.query(
      'insert into policies_in_force (bundle, since) values ($1, $2) on conflict do nothing returning bundle',
      [desk.bundle, since],
    )
    const [old] = await tx.query<{ bundle: string }>('select bundle from policies_in_force for update')
    if (first.length === 0) {
      if (old!.bundle === desk.bundle) return undefined
      await tx.query('update policies_in_force set bundle = $1, since = $2', [desk.bundle, since])
    }
    const before = first.length === 0 ? { before: old!.bundle } : {}
    const [receipt] = await desk.ledger.recordWithin(
      tx,
      [
        {
          kind: 'configuration-change',
          outcome: 0,
          detail: { change: 'policies-in-force', bundle: desk.bundle, ...before },
        },
      ],
      { raisesEpoch: true },
    )
    return receipt
  })
}

/** @throws {AuthorityFailure} `policies-superseded` where another process has put other policies in force since. */
export async function requireInForce(database: Queryable, bundle: string): Promise<void> {
  const [row] = await database.query<{ bundle: string }>('select bundle from policies_in_force')
  if (row && row.bundle !== bundle) {
    throw new AuthorityFailure('policies-superseded', `bundle ${row.bundle} is in force, this process has ${bundle}`)
  }
}
