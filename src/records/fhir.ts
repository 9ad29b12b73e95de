/** A FHIR R4 resource as it came through the boundary: an object with a type; its content is parsed where it is used. */
export interface FhirResource {
  readonly resourceType: string
  readonly id?: string
  readonly meta?: {
    readonly versionId?: string
    readonly lastUpdated?: string
    readonly profile?: readonly string[]
    readonly security?: readonly { readonly system?: string; readonly code?: string; readonly display?: string }[]
    readonly tag?: readonly { readonly system?: string; readonly code?: string; readonly display?: string }[]
    readonly source?: string
  }
  readonly [element: string]: unknown
}

/** One version of a record as stored: the JSON text exactly as kept, and what the server knows about it. */
export interface StoredRecord {
  readonly type: string
  readonly id: string
  readonly version: number
  /** RFC 3339, UTC, milliseconds. */
  readonly lastUpdated: string
  /** JSON text with `id` and `meta.versionId`/`lastUpdated` in place. */
  readonly content: string
  readonly deleted: boolean
  /** True when some part of it carries a label of its own (a section, a field): redaction must look inside. */
  readonly hasLabelledParts: boolean
}
