import { actorText, codesOf, conceptText, referenceId, referenceText } from './datatype.ts'
import { type Json, listAt, present, textAt } from './element.ts'
import { type Block, readNarrative } from './narrative.ts'
import { partIsWithheld } from './withheld.ts'

/** A document of the record (病历文书): its sections in order, who wrote it and who stands over it. */
export interface DocumentFacts {
  readonly id: string
  readonly title: string
  readonly type: string | undefined
  readonly typeCodes: readonly string[]
  readonly status: string | undefined
  readonly date: string | undefined
  readonly authors: readonly string[]
  /** 上级医师审签 and others who attested, with mode (`professional`, `legal` …) and time. */
  readonly attesters: readonly Attester[]
  readonly custodian: string | undefined
  readonly encounter: string | undefined
  readonly version: string | undefined
  readonly lastUpdated: string | undefined
  readonly sections: readonly Section[]
}

export interface Attester {
  readonly mode: string | undefined
  readonly name: string
  readonly time: string | undefined
}

export interface Section {
  readonly key: string
  readonly title: string | undefined
  readonly blocks: readonly Block[]
  readonly isWithheld: boolean
  /** Why a section is empty, in its own words, where it says so. */
  readonly emptyReason: string | undefined
  /** What the section points at (`DiagnosticReport/…`), by name. */
  readonly entries: readonly { readonly reference: string; readonly text: string | undefined }[]
  readonly sections: readonly Section[]
}

export function readComposition(resource: Json): DocumentFacts {
  const type = conceptText(resource.type)
  return {
    id: textAt(resource, 'id') ?? '',
    title: textAt(resource, 'title') ?? type ?? 'Composition',
    type,
    typeCodes: codesOf(resource.type),
    status: textAt(resource, 'status'),
    date: textAt(resource, 'date'),
    authors: present(listAt(resource, 'author').map(referenceText)),
    attesters: listAt(resource, 'attester').flatMap((attester) => {
      const name = actorText(attester.party)
      return name ? [{ mode: textAt(attester, 'mode'), name, time: textAt(attester, 'time') }] : []
    }),
    custodian: referenceText(resource.custodian),
    encounter: referenceId(resource.encounter),
    version: textAt(resource, 'meta', 'versionId'),
    lastUpdated: textAt(resource, 'meta', 'lastUpdated'),
    sections: readSections(resource, 'section'),
  }
}

/** Sections with their keys: the code where there is one, else the title, else the place; made unique by counting. */
function readSections(parent: Json, path: string): readonly Section[] {
  const seen = new Map<string, number>()
  return listAt(parent, 'section').map((section, index) => {
    const name = textAt(section, 'code', 'coding', 0, 'code') ?? textAt(section, 'title') ?? String(index)
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    const key = `${path}/${name}${count > 1 ? `#${count}` : ''}`
    return {
      key,
      title: textAt(section, 'title') ?? conceptText(section.code),
      blocks: readNarrative(textAt(section, 'text', 'div')),
      isWithheld: partIsWithheld(section),
      emptyReason: conceptText(section.emptyReason),
      entries: listAt(section, 'entry').flatMap((entry) => {
        const reference = textAt(entry, 'reference')
        return reference ? [{ reference, text: referenceText(entry) }] : []
      }),
      sections: readSections(section, key),
    }
  })
}
