import { hostname, userInfo } from 'node:os'

/** Who did it, at the machine: the command line knows no person of the hospital. */
export interface Operator {
  readonly user: string
  readonly host: string
  /** The ticket, order or name under which it was done, in the operator's own words. */
  readonly note?: string
}

export const operatorHere = (note?: string): Operator => ({
  user: userInfo().username,
  host: hostname(),
  ...(note !== undefined && { note }),
})
