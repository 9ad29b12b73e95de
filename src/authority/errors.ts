import { Failure } from '../kernel/index.ts'

export type AuthorityFailureCode =
  /** A policy, the schema or a clause is wrong: the start is refused. */
  | 'policies-invalid'
  /** A policy needs something of a row that has no column: no list is planned. */
  | 'policy-not-narrowable'
  /** Another process has put other policies in force: this one decides nothing until it has them. */
  | 'policies-superseded'
  /** The signed-in person is not in the directory. */
  | 'person-unknown'

export class AuthorityFailure extends Failure<AuthorityFailureCode> {}
