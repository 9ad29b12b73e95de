import type { UseContext } from '../../access/index.ts'
import type { Clock } from '../../kernel/index.ts'
import type { FhirResource } from '../../records/index.ts'
import type { AuditDoor } from '../audit/audit-door.ts'
import type { Language } from '../errors/index.ts'
import type { RecordDoor } from './door.ts'
import type { Interaction } from './interaction.ts'
import type { JsonValue } from './json-text.ts'
import type { Conditions, Preference } from './preference.ts'
import type { QueryPair } from './query-text.ts'

/** One interaction with everything it was asked with: an HTTP request, or an entry of a bundle. */
export interface InteractionCall {
  readonly interaction: Interaction
  /** Path below the base as asked, without a query; for links. */
  readonly path: string
  readonly query: readonly QueryPair[]
  readonly conditions: Conditions
  readonly preference: Preference
  /** A resource, or the operations of a JSON Patch. */
  readonly body?: JsonValue
}

/** What stays the same for all interactions of one HTTP request. */
export interface Surroundings {
  readonly use: UseContext
  readonly door: RecordDoor
  /** Where AuditEvent is answered from the ledger; without it there is none. */
  readonly audit?: AuditDoor
  readonly language: Language
  /** Absolute address of the FHIR base, without a slash at the end. */
  readonly base: string
  readonly clock: Clock
  readonly types: ReadonlySet<string>
  readonly maxBundleEntries: number
  /** @throws {FhirFault} `resource-invalid` with every rule broken. */
  readonly validate: (resource: FhirResource) => Promise<void>
  /** A bug inside one entry of a batch: the caller gets a 500 for that entry, the log gets the error. */
  readonly reportBug: (error: unknown) => void
  /** True once the caller has hung up: what is not begun is not begun any more. */
  readonly callerIsGone: () => boolean
}
