/**
 * The label of a record or of a part of one (notice 一(四): 重要程度、敏感级别、使用场景).
 * Our integer is authoritative; `meta.security` publishes it as v3-Confidentiality (1 L, 2 M, 3 N, 4 R, 5 V).
 */
export interface RecordLabel {
  readonly category: RecordCategory
  /** 1 public … 5 very narrow (GB/T 39725-2020; exact wording of levels is configurable †). */
  readonly sensitivity: 1 | 2 | 3 | 4 | 5
  /** Special kinds, v3-ActCode where it has a code. */
  readonly kinds: readonly SensitiveKind[]
}

export const recordCategories = [
  'identity', // Patient demographics: name, identifiers, address, relatives
  'encounter',
  'note', // 病历文书
  'nursing-note',
  'order',
  'medication',
  'laboratory',
  'imaging',
  'image', // pixels
  'pathology',
  'diagnosis',
  'procedure',
  'vital-sign',
  'allergy',
  'immunization',
  'consent',
  'billing',
  'schedule',
  'directory', // Organization, Practitioner, Location: about the hospital, no patient
  'definition', // conformance and terminology: no patient
  'other',
  'trace', // entries of the ledger; never stored as a record
  'setting', // what administrators change; never stored as a record
] as const
export type RecordCategory = (typeof recordCategories)[number]

export const sensitiveKinds = ['HIV', 'PSY', 'SEX', 'SDV', 'ETH', 'GDIS', 'VIP'] as const
export type SensitiveKind = (typeof sensitiveKinds)[number]

const confidentialitySystem = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'
const actCodeSystem = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'

/** The label as `meta.security` publishes it: one confidentiality code, then the special kinds. */
export function securityOf(label: RecordLabel): readonly SecurityCoding[] {
  const confidentiality = confidentialities[label.sensitivity]
  if (label.kinds.length === 0) return confidentiality
  return [...confidentiality, ...label.kinds.map((code) => ({ system: actCodeSystem, code }))]
}

interface SecurityCoding {
  readonly system: string
  readonly code: string
}

const confidentialities = {
  1: [{ system: confidentialitySystem, code: 'L' }],
  2: [{ system: confidentialitySystem, code: 'M' }],
  3: [{ system: confidentialitySystem, code: 'N' }],
  4: [{ system: confidentialitySystem, code: 'R' }],
  5: [{ system: confidentialitySystem, code: 'V' }],
} as const satisfies Record<RecordLabel['sensitivity'], readonly SecurityCoding[]>
