import { Failure } from '../kernel/index.ts'

export type IdentityFailureCode =
  /** The hospital's LDAP directory does not answer, or refuses our own account. Nobody was signed in. */
  | 'ldap-unavailable'
  /** The hospital's identity provider does not answer or answers nonsense. Nobody was signed in. */
  | 'oidc-unavailable'
  /** A key in DATA_DIR/keys cannot be read, is open to others, or does not open what it sealed. */
  | 'identity-key-unusable'
  /** Accounts with published secrets exist in the database of a production server. */
  | 'demonstration-accounts-present'
  /** Asked for something that exists only in a demonstration. */
  | 'demonstration-only'
  /** A person, an account or an application that does not exist was to be given proof of identity. */
  | 'identity-unknown'

export class IdentityFailure extends Failure<IdentityFailureCode> {}
