import type { Directory } from '../directory/index.ts'
import type { Clock, Database, LastKnown } from '../kernel/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { IdentityConfiguration } from './identity-configuration.ts'
import type { SecretBox } from './secret-box.ts'
import type { SessionCache } from './session-cache.ts'

/** What every ceremony of this room works with. */
export interface IdentityDesk {
  readonly database: Database
  readonly directory: Directory
  readonly ledger: Ledger
  readonly clock: Clock
  readonly configuration: IdentityConfiguration
  readonly box: SecretBox
  readonly sessions: SessionCache
  readonly demonstration: boolean
  /** Absent: without the database nobody is known. */
  readonly lastKnown?: LastKnown
  /** How browsers and applications reach this server, without a slash at the end. */
  publicUrl(): string
}
