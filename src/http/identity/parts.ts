import type { Session, SignInOptions } from '../../contract/index.ts'
import type { Directory, Role } from '../../directory/index.ts'
import type { Identity } from '../../identity/index.ts'
import type { Clock } from '../../kernel/index.ts'

/** What the routes of signing in work with. */
export interface IdentityParts {
  readonly identity: Identity
  readonly directory: Directory
  readonly clock: Clock
  readonly demonstration: boolean
  /** What of the console a person is shown, by living roles. */
  readonly roomsOf: (roles: readonly Role[]) => Session['rooms']
  /** People to try in a demonstration, without secrets. */
  readonly demoPeople?: () => Promise<NonNullable<SignInOptions['demoPeople']>>
}
