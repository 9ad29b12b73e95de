/** FHIR R4 AuditEvent, as far as an entry fills it (http://hl7.org/fhir/R4/auditevent.html). */
export interface AuditEvent {
  readonly resourceType: 'AuditEvent'
  readonly id: string
  readonly meta: {
    readonly versionId: string
    readonly lastUpdated: string
    /** The BALP profile this event keeps; none where it keeps none. */
    readonly profile?: readonly string[]
  }
  readonly type: Coding
  readonly subtype: readonly Coding[]
  readonly action: AuditAction
  /** When it happened, where another system says so. */
  readonly period?: { readonly start: string; readonly end: string }
  /** RFC 3339: when it entered the ledger. */
  readonly recorded: string
  readonly outcome: '0' | '4' | '8' | '12'
  readonly outcomeDesc?: string
  readonly purposeOfEvent?: readonly CodeableConcept[]
  readonly agent: readonly AuditAgent[]
  readonly source: {
    readonly site: string
    readonly observer: AuditReference
    readonly type: readonly Coding[]
  }
  readonly entity: readonly AuditEntity[]
}

export type AuditAction = 'C' | 'R' | 'U' | 'D' | 'E'

export interface Coding {
  readonly system: string
  readonly code: string
  readonly display?: string
}

export interface CodeableConcept {
  readonly coding?: readonly Coding[]
  readonly text?: string
}

export interface AuditReference {
  readonly reference?: string
  readonly identifier?: { readonly system?: string; readonly value: string }
  readonly display?: string
}

export interface AuditAgent {
  readonly extension?: readonly { readonly url: string; readonly valueCodeableConcept: CodeableConcept }[]
  readonly type: CodeableConcept
  readonly role?: readonly CodeableConcept[]
  readonly who: AuditReference
  readonly name?: string
  readonly requestor: boolean
  readonly policy?: readonly string[]
  /** `1` machine name, `2` IP address, `5` URI. */
  readonly network?: { readonly address: string; readonly type: '1' | '2' | '5' }
  readonly purposeOfUse?: readonly CodeableConcept[]
}

export interface AuditEntity {
  readonly what?: AuditReference
  readonly type: Coding
  readonly role?: Coding
  readonly name?: string
  /** Base64. */
  readonly query?: string
  readonly detail?: readonly { readonly type: string; readonly valueString: string }[]
}
