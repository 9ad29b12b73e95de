import { conceptText, personName, quantityText, referenceText } from './datatype.ts'
import { isJson, type Json, textAt } from './element.ts'
import { narrativeText, readNarrative } from './narrative.ts'

/** One element of a record in readable form, for types the viewer has no page of its own for. */
export interface Field {
  /** Path of element names, with numbers only where a list has several: `participant[2].individual`. */
  readonly path: string
  readonly value: string
}

/** Elements that say nothing to a reader, or that other parts of the page already say. */
const quiet = new Set([
  'resourceType',
  'id',
  'meta',
  'implicitRules',
  'language',
  'contained',
  'text',
  'extension',
  'modifierExtension',
])

export function readFields(resource: Json): readonly Field[] {
  return Object.entries(resource).flatMap(([name, value]) =>
    quiet.has(name) || name.startsWith('_') ? [] : fieldsOf(name, value),
  )
}

function fieldsOf(path: string, value: unknown): readonly Field[] {
  if (value === null || value === undefined || value === '') return []
  if (Array.isArray(value)) {
    const simple = value.map(leafText)
    if (simple.length > 0 && simple.every((text) => text !== undefined)) {
      return [{ path, value: simple.join('; ') }]
    }
    return value.flatMap((item, index) => fieldsOf(value.length > 1 ? `${path}[${index + 1}]` : path, item))
  }
  const text = leafText(value)
  if (text !== undefined) return [{ path, value: text }]
  if (!isJson(value)) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    inGroupQuiet(name) ? [] : fieldsOf(`${path}.${name}`, inner),
  )
}

function inGroupQuiet(name: string): boolean {
  return name === 'id' || name === 'extension' || name === 'modifierExtension' || name.startsWith('_')
}

/** A value that reads as one text: a primitive, or a datatype that has a customary short form. */
function leafText(value: unknown): string | undefined {
  if (typeof value === 'string') return value.length > 2000 ? `${value.slice(0, 80)}…` : value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (!isJson(value)) return undefined
  if (typeof value.div === 'string') return narrativeText(readNarrative(value.div))
  if ('value' in value && typeof value.value === 'number') return quantityText(value)
  if ('coding' in value || ('code' in value && 'system' in value)) return conceptText(value)
  if ('reference' in value) return referenceText(value) ?? textAt(value, 'reference')
  if ('family' in value || 'given' in value) return personName(value)
  if (onlyHas(value, ['start', 'end'])) return `${textAt(value, 'start') ?? '…'} → ${textAt(value, 'end') ?? '…'}`
  if (onlyHas(value, ['text', 'time', 'authorString', 'authorReference'])) return textAt(value, 'text')
  if (onlyHas(value, ['system', 'value', 'use', 'type', 'period', 'assigner', 'rank'])) return textAt(value, 'value')
  if (onlyHas(value, ['text', 'id'])) return textAt(value, 'text')
  return undefined
}

function onlyHas(value: Json, names: readonly string[]): boolean {
  const keys = Object.keys(value).filter((key) => key !== 'id' && key !== 'extension')
  return keys.length > 0 && keys.every((key) => names.includes(key))
}

/** Words of a FHIR element name: `reasonReference[2].display` → `reason reference 2 · display`. */
export function pathWords(path: string): string {
  return path
    .split('.')
    .map((part) =>
      part
        .replace(/\[(\d+)\]/, ' $1')
        .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
        .toLowerCase(),
    )
    .join(' · ')
}
