import type { FhirResource } from '../records/index.ts'

type Node = { readonly [key: string]: unknown }
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Direct identifiers of a person, wherever they stand. */
const personElements = new Set([
  'name',
  'identifier',
  'telecom',
  'address',
  'contact',
  'photo',
  'text',
  'communication',
  'generalPractitioner',
])

/**
 * Removes who the patient is, for teaching and research: direct identifiers go, dates of birth keep the year, numbers
 * of visits and orders go, references to people lose what is written beside them, and the words of a narrative lose
 * the names and long numbers that identify. The logical id stays: it is the handle of the trace, not of the person.
 */
export function deIdentify(resource: FhirResource): FhirResource {
  const isPerson = resource.resourceType === 'Patient' || resource.resourceType === 'RelatedPerson'
  const entries = Object.entries(resource).filter(
    ([key]) => !(isPerson && personElements.has(key)) && key !== 'identifier',
  )
  const stripped = Object.fromEntries(entries.map(([key, value]) => [key, strip(value, key)]))
  if (isPerson && typeof resource.birthDate === 'string') stripped.birthDate = resource.birthDate.slice(0, 4)
  return stripped as unknown as FhirResource
}

function strip(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value.map((member) => strip(member, key))
  if (typeof value === 'string') return key === 'div' || key === 'data' ? hideIdentifiers(value, key) : value
  if (!isNode(value)) return value
  const pointsToPerson =
    typeof value.reference === 'string' && /(^|\/)(Patient|RelatedPerson|Practitioner|Person)\//.test(value.reference)
  return Object.fromEntries(
    Object.entries(value)
      .filter(([member]) => !(pointsToPerson && (member === 'display' || member === 'identifier')))
      .map(([member, inner]) => [member, strip(inner, member)]),
  )
}

// Numbers that identify: ID cards, telephones, record and visit numbers. A laboratory value never has eight digits.
const longNumber = /(?<![\d.])[\d]{8,17}[\dXx](?![\d.])/g
// 姓名：王某某 / 患者王某某，男: how a Chinese record names its patient.
const labelledName = /((?:姓\s*名|联系人|病史陈述者|供史者)\s*[：:]\s*)[\u3400-\u9fff\u{20000}-\u{2fa1f}·*]{2,8}/gu
const subjectName =
  /(患者|病人|患儿|产妇)([\u3400-\u9fff\u{20000}-\u{2fa1f}·]{2,4})(?=[，,、（(]\s*(?:男|女|\d{1,3}\s*岁))/gu

function hideIdentifiers(text: string, key: string): string {
  if (key === 'data') return text
  return text.replace(labelledName, '$1＊').replace(subjectName, '$1').replace(longNumber, '＊')
}
