import { Failure } from '../../kernel/index.ts'
import type { ToldDetail } from '../errors/index.ts'

/** What the FHIR surface itself finds wrong with a request, before or beside any use of a record. */
export type FhirFaultCode =
  | 'path-not-fhir'
  | 'type-unknown'
  | 'interaction-unknown'
  | 'method-not-allowed'
  | 'format-not-acceptable'
  | 'media-type-unsupported'
  | 'body-missing'
  | 'json-malformed'
  | 'json-unsafe'
  | 'header-invalid'
  | 'purpose-unknown'
  | 'resource-mismatch'
  | 'resource-invalid'
  | 'redacted-write-back'
  | 'patch-refused'
  | 'record-not-found'
  | 'record-gone'
  | 'version-conflict'
  | 'several-matches'
  | 'bundle-invalid'
  | 'bundle-too-large'
  | 'transactions-unsupported'
  | 'audit-source-refused'

export class FhirFault extends Failure<FhirFaultCode> {
  readonly details: readonly ToldDetail[]
  readonly allow?: readonly string[]

  constructor(code: FhirFaultCode, details: readonly ToldDetail[] = [], options: { allow?: readonly string[] } = {}) {
    super(code, [code, ...details.map((detail) => detail.rule)].join(' '))
    this.details = details
    if (options.allow) this.allow = options.allow
  }
}

/** A fault about one point. */
export function fault(code: FhirFaultCode, rule: string, zh: string, en: string, field?: string): FhirFault {
  return new FhirFault(code, [{ ...(field !== undefined && { field }), rule, words: { zh, en } }])
}
