import {
  actorText,
  codesOf,
  conceptText,
  conceptTexts,
  momentAt,
  type Reference,
  readReference,
  referenceId,
} from './datatype.ts'
import { type Json, listAt, present, textAt } from './element.ts'

/** A diagnostic report: laboratory panel, imaging or pathology finding. */
export interface ReportFacts {
  readonly id: string
  readonly name: string
  readonly isImaging: boolean
  readonly category: string | undefined
  readonly status: string | undefined
  readonly moment: string | undefined
  readonly issued: string | undefined
  readonly encounter: string | undefined
  readonly performer: string | undefined
  readonly interpreter: string | undefined
  readonly conclusion: string | undefined
  readonly conclusionCodes: readonly string[]
  readonly results: readonly string[]
  readonly pictures: readonly Reference[]
  readonly attachments: readonly Attachment[]
  readonly version: string | undefined
}

export interface Attachment {
  readonly title: string | undefined
  readonly contentType: string | undefined
  readonly url: string | undefined
  /** Base64, where the content is in the record itself. */
  readonly data: string | undefined
}

export function readReport(resource: Json): ReportFacts {
  const categories = codesOf(resource.category)
  return {
    id: textAt(resource, 'id') ?? '',
    name: conceptText(resource.code) ?? 'DiagnosticReport',
    isImaging: categories.some((code) => imagingCategories.includes(code)),
    category: conceptTexts(resource.category)[0],
    status: textAt(resource, 'status'),
    moment: momentAt(resource, 'effective') ?? textAt(resource, 'issued'),
    issued: textAt(resource, 'issued'),
    encounter: referenceId(resource.encounter),
    performer: actorText(resource.performer),
    interpreter: actorText(resource.resultsInterpreter),
    conclusion: textAt(resource, 'conclusion'),
    conclusionCodes: conceptTexts(resource.conclusionCode),
    results: present(listAt(resource, 'result').map(referenceId)),
    pictures: [...listAt(resource, 'imagingStudy'), ...listAt(resource, 'media').map((media) => media.link)].flatMap(
      (reference) => readReference(reference) ?? [],
    ),
    attachments: listAt(resource, 'presentedForm').map(readAttachment),
    version: textAt(resource, 'meta', 'versionId'),
  }
}

/** Diagnostic service sections (v2-0074) that make pictures. */
export const imagingCategories = ['RAD', 'CT', 'RX', 'RUS', 'NMR', 'NMS', 'CUS', 'VUS', 'OUS', 'XRC', 'MR', 'IMG']

export function readAttachment(value: unknown): Attachment {
  return {
    title: textAt(value, 'title'),
    contentType: textAt(value, 'contentType'),
    url: textAt(value, 'url'),
    data: textAt(value, 'data'),
  }
}
