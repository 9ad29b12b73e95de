import { hostname, userInfo } from 'node:os'

/** Who did it, at the machine: and, where one signed in, the person of the hospital. */
export interface Operator {
  readonly user: string
  readonly host: string
  /** The person of the hospital who signed in for it. */
  readonly person?: string
  /** The ticket, order or name under which it was done, in the operator's own words. */
  readonly note?: string
}

export const operatorHere = (named: Pick<Operator, 'person' | 'note'> = {}): Operator => ({
  user: userInfo().username,
  host: hostname(),
  ...named,
})
