import { readComposition, type Section } from '../fhir/composition.ts'
import { type Json, textAt } from '../fhir/element.ts'
import { type Field, readFields } from '../fhir/generic.ts'
import { narrativeText, readNarrative } from '../fhir/narrative.ts'
import { editScript } from './sequence.ts'
import { compareTexts, type Fragment } from './text.ts'

/** Two versions of one record side by side: its sections by their words, its data by their fields. */
export interface Comparison {
  readonly sections: readonly SectionChange[]
  readonly fields: readonly FieldChange[]
  readonly isSame: boolean
}

export interface SectionChange {
  readonly key: string
  readonly title: string | undefined
  readonly kind: ChangeKind
  readonly fragments: readonly Fragment[]
  /** A version that withholds this section cannot be compared, and that is said. */
  readonly isWithheld: boolean
}

export interface FieldChange {
  readonly path: string
  readonly before: string | undefined
  readonly after: string | undefined
  readonly fragments: readonly Fragment[]
}

export type ChangeKind = 'same' | 'changed' | 'added' | 'removed'

export function compareVersions(before: Json, after: Json): Comparison {
  const sections = compareSections(sectionsOf(before), sectionsOf(after))
  const fields = compareFields(fieldsOf(before), fieldsOf(after))
  return { sections, fields, isSame: fields.length === 0 && sections.every((section) => section.kind === 'same') }
}

interface FlatSection {
  readonly key: string
  readonly title: string | undefined
  readonly text: string
  readonly isWithheld: boolean
}

function sectionsOf(resource: Json): readonly FlatSection[] {
  if (textAt(resource, 'resourceType') !== 'Composition') {
    const text = narrativeText(readNarrative(textAt(resource, 'text', 'div')))
    return text === '' || textAt(resource, 'text', 'status') === 'generated'
      ? []
      : [{ key: 'text', title: undefined, text, isWithheld: false }]
  }
  return readComposition(resource).sections.flatMap(flatten)
}

function flatten(section: Section): readonly FlatSection[] {
  const { key, title, isWithheld } = section
  return [{ key, title, text: narrativeText(section.blocks), isWithheld }, ...section.sections.flatMap(flatten)]
}

/** Sections are matched by key, in order; one that moved is told as removed and added. */
function compareSections(before: readonly FlatSection[], after: readonly FlatSection[]): readonly SectionChange[] {
  const earlier = new Map(before.map((section) => [section.key, section]))
  return editScript(before, after, (a, b) => a.key === b.key).map(({ kind, item }): SectionChange => {
    const { key, title } = item
    if (kind !== 'same') {
      return { key: `${kind}:${key}`, title, kind, fragments: whole(kind, item.text), isWithheld: item.isWithheld }
    }
    const old = earlier.get(key)!
    // What one side withholds must not read as deleted, nor be told by the other side's words.
    if (old.isWithheld || item.isWithheld) return { key, title, kind: 'same', fragments: [], isWithheld: true }
    const isSame = old.text === item.text && old.title === item.title
    return {
      key,
      title,
      kind: isSame ? 'same' : 'changed',
      fragments: compareTexts(old.text, item.text),
      isWithheld: false,
    }
  })
}

function whole(kind: 'removed' | 'added', text: string): readonly Fragment[] {
  return text === '' ? [] : [{ kind, text }]
}

function fieldsOf(resource: Json): readonly Field[] {
  return readFields(resource).filter((field) => !/^section(\[|\.|$)/.test(field.path))
}

function compareFields(before: readonly Field[], after: readonly Field[]): readonly FieldChange[] {
  const earlier = new Map(before.map((field) => [field.path, field.value]))
  const later = new Map(after.map((field) => [field.path, field.value]))
  return [...new Set([...earlier.keys(), ...later.keys()])].flatMap((path) => {
    const [old, now] = [earlier.get(path), later.get(path)]
    if (old === now) return []
    return [{ path, before: old, after: now, fragments: compareTexts(old ?? '', now ?? '') }]
  })
}
