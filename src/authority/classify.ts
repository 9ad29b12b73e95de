import type { RecordCategory, RecordLabel, SensitiveKind } from './label.ts'
import {
  categoryRules,
  confidentialityLevels,
  departmentRules,
  elementRules,
  type KindRule,
  kindRules,
  sectionRules,
  taggedKinds,
  typeRules,
  unknownType,
} from './labelling-rules.ts'

export interface LabelledPart {
  /** JSON Pointer (RFC 6901) into the resource. */
  readonly path: string
  /** What a caller is told is withheld; names the place, never the matter. */
  readonly name: string
  readonly label: RecordLabel
}

export interface Classification {
  readonly label: RecordLabel
  readonly parts: readonly LabelledPart[]
}

/** What is known about a record besides its own text. */
export interface Surroundings {
  /** Name of the department that made it (usually that of its encounter). */
  readonly departmentName?: string
}

/**
 * The label of a FHIR resource and of those of its parts that carry their own (notice 一(四), 分级分类). Total: any
 * object gets a label. What the source says in `meta.security` raises a level and never lowers it.
 */
export function classify(resource: Readonly<Record<string, unknown>>, surroundings?: Surroundings): Classification {
  const type = typeof resource.resourceType === 'string' ? resource.resourceType : ''
  const [typeCategory, level] = Object.hasOwn(typeRules, type) ? typeRules[type]! : unknownType
  const draft = new LabelDraft(categoryOf(type, resource, typeCategory), level)
  if (level > 1) {
    draft.apply(kindsOf(resource, codedElements))
    draft.department(surroundings?.departmentName)
    draft.department(text(resource.serviceProvider, 'display'))
  }
  draft.security(resource.meta)
  return { label: draft.label(), parts: partsOf(type, resource, draft) }
}

/** The categories that resources of a type can get: lets a list filter drop branches that cannot match. */
export function categoriesOf(type: string): readonly RecordCategory[] {
  const own = Object.hasOwn(typeRules, type) ? typeRules[type]![0] : unknownType[0]
  const moved = categoryRules.filter((rule) => rule.types.includes(type)).map((rule) => rule.category)
  return [...new Set([own, ...moved])]
}

const codedElements = [
  'code',
  'type',
  'class',
  'reasonCode',
  'reason',
  'diagnosis',
  'medicationCodeableConcept',
  'valueCodeableConcept',
  'vaccineCode',
  'serviceType',
  'specialty',
  'title',
  'description',
  'conclusion',
  'conclusionCode',
  'item',
  'condition',
  'context',
  'productOrService',
  'orderDetail',
  'problem',
  'category',
] as const

class LabelDraft {
  readonly category: RecordCategory
  level: RecordLabel['sensitivity']
  kinds: readonly SensitiveKind[] = none

  constructor(category: RecordCategory, level: RecordLabel['sensitivity']) {
    this.category = category
    this.level = level
  }

  raise(kind: SensitiveKind, level: RecordLabel['sensitivity']): void {
    if (!this.kinds.includes(kind)) this.kinds = [...this.kinds, kind]
    if (level > this.level) this.level = level
  }

  apply(rules: readonly Pick<KindRule, 'kind' | 'level'>[]): void {
    for (const rule of rules) this.raise(rule.kind, rule.level)
  }

  department(name: string | undefined): void {
    if (name === undefined) return
    for (const rule of departmentRules) {
      if (rule.words.test(name)) this.raise(rule.kind, this.category === 'note' ? rule.noteLevel : rule.level)
    }
  }

  security(meta: unknown): void {
    for (const tag of list(field(meta, 'security'))) {
      const code = text(tag, 'code')
      if (code === undefined) continue
      const stated = Object.hasOwn(confidentialityLevels, code) ? confidentialityLevels[code]! : 1
      const isConfidentiality = text(tag, 'system')?.endsWith('Confidentiality') ?? false
      if (isConfidentiality && stated > this.level) this.level = stated
      if (!isConfidentiality && Object.hasOwn(taggedKinds, code)) this.raise(...taggedKinds[code]!)
    }
  }

  label(): RecordLabel {
    return { category: this.category, sensitivity: this.level, kinds: this.kinds }
  }
}
const none: readonly SensitiveKind[] = []

function categoryOf(
  type: string,
  resource: Readonly<Record<string, unknown>>,
  fallback: RecordCategory,
): RecordCategory {
  for (const rule of categoryRules) {
    if (!rule.types.includes(type)) continue
    const value = resource[rule.element]
    if (value === undefined) continue
    const found = someCoding(value, (code, _system, words) => {
      return (
        (code !== undefined && rule.codes.includes(code)) || (words !== undefined && (rule.words?.test(words) ?? false))
      )
    })
    if (found) return rule.category
  }
  return fallback
}

function partsOf(
  type: string,
  resource: Readonly<Record<string, unknown>>,
  whole: LabelDraft,
): readonly LabelledPart[] {
  const parts: LabelledPart[] = []
  for (const rule of elementRules) {
    if (rule.type !== type || resource[rule.element] === undefined) continue
    const label = { category: rule.category, sensitivity: higher(rule.level, whole.level), kinds: whole.kinds }
    parts.push({ path: `/${rule.element}`, name: `${type}.${rule.element}`, label })
  }
  if (type === 'Composition') sectionParts(resource.section, '/section', whole, parts)
  if (type === 'Observation') {
    list(resource.component).forEach((component, index) => {
      const found = kindsOf(component, ['code', 'valueCodeableConcept'])
      addPart(parts, `/component/${index}`, `Observation.component[${index}]`, whole, found)
    })
  }
  return parts
}

function sectionParts(sections: unknown, path: string, whole: LabelDraft, parts: LabelledPart[]): void {
  list(sections).forEach((section, index) => {
    const title = `${text(section, 'title') ?? ''} ${text(field(section, 'code'), 'text') ?? ''}`
    const narrative = text(field(section, 'text'), 'div') ?? ''
    const found = [
      ...kindsOf(section, ['title', 'code']),
      ...sectionRules.filter((rule) => rule.words.test(title)),
      ...kindRules.filter((rule) => rule.narrative?.test(narrative) ?? false),
    ]
    const here = `${path}/${index}`
    addPart(parts, here, `Composition${here.replaceAll(/\/(\w+)\/(\d+)/g, '.$1[$2]')}`, whole, found)
    sectionParts(field(section, 'section'), `${here}/section`, whole, parts)
  })
}

/** A part is listed only where it says more than the whole. */
function addPart(
  parts: LabelledPart[],
  path: string,
  name: string,
  whole: LabelDraft,
  found: readonly Pick<KindRule, 'kind' | 'level'>[],
): void {
  if (found.length === 0) return
  const part = new LabelDraft(whole.category, whole.level)
  part.kinds = whole.kinds
  part.apply(found)
  if (part.level > whole.level || part.kinds.length > whole.kinds.length) {
    parts.push({ path, name, label: part.label() })
  }
}

function kindsOf(value: unknown, elements: readonly string[]): readonly KindRule[] {
  let found: KindRule[] | undefined
  for (const element of elements) {
    const here = field(value, element)
    if (here === undefined) continue
    someCoding(here, (code, system, words) => {
      for (const rule of kindRules) {
        if (found?.includes(rule)) continue
        if (
          (code !== undefined && codeMatches(rule, code, system)) ||
          (words !== undefined && rule.words?.test(words))
        ) {
          if (found) found.push(rule)
          else found = [rule]
        }
      }
      return false
    })
  }
  return found ?? noRules
}
const noRules: readonly KindRule[] = []

function codeMatches(rule: KindRule, code: string, system: string | undefined): boolean {
  if (system === 'http://loinc.org') return rule.loinc?.includes(code) ?? false
  if (system === 'http://snomed.info/sct') return rule.snomed?.includes(code) ?? false
  if (system !== undefined && !/icd|2\.16\.156\.10011\.2\.3\.3\.11/i.test(system)) return false
  if (rule.icd10 === undefined || !/^[A-Z]\d\d/.test(code)) return false
  const category = code.slice(0, 3)
  return rule.icd10.some(([from, to]) => category >= from && category <= to)
}

/**
 * Visits every coding, text and display below a value (CodeableConcept, Coding, CodeableReference-like objects and
 * arrays of them), to a bounded depth: resources are input, and may be deep.
 */
function someCoding(
  value: unknown,
  test: (code: string | undefined, system: string | undefined, words: string | undefined) => boolean,
  depth = 0,
): boolean {
  if (depth > 5 || value === undefined || value === null) return false
  if (typeof value === 'string') return test(undefined, undefined, value)
  if (typeof value !== 'object') return false
  if (Array.isArray(value)) {
    for (const item of value) if (someCoding(item, test, depth + 1)) return true
    return false
  }
  const code = text(value, 'code')
  const words = text(value, 'text') ?? text(value, 'display')
  if ((code !== undefined || words !== undefined) && test(code, text(value, 'system'), words)) return true
  for (const inner of nestedElements) {
    const next = field(value, inner)
    if (next !== undefined && typeof next === 'object' && someCoding(next, test, depth + 1)) return true
  }
  return false
}
const nestedElements = [
  'coding',
  'code',
  'concept',
  'diagnosisCodeableConcept',
  'condition',
  'productOrService',
] as const

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return (value as Readonly<Record<string, unknown>>)[name]
}

function text(value: unknown, name: string): string | undefined {
  const found = field(value, name)
  return typeof found === 'string' ? found : undefined
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const higher = (a: RecordLabel['sensitivity'], b: RecordLabel['sensitivity']): RecordLabel['sensitivity'] =>
  a > b ? a : b
