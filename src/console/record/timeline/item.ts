import { readComposition } from '../fhir/composition.ts'
import { codesOf, conceptText, momentMs, referenceId } from '../fhir/datatype.ts'
import { type Json, listAt, present, textAt } from '../fhir/element.ts'
import { readEncounter } from '../fhir/encounter.ts'
import { readCondition, readProcedure } from '../fhir/finding.ts'
import { flagIsAbnormal, type ObservationFacts, observationText, readObservation } from '../fhir/observation.ts'
import { readOrder } from '../fhir/order.ts'
import { readMedia, readStudy } from '../fhir/picture.ts'
import { readReport } from '../fhir/report.ts'
import { recordIsRedacted } from '../fhir/withheld.ts'

/** What a time line is filtered by, in the order the filter shows them. */
export const itemKinds = [
  'encounter',
  'document',
  'order',
  'medication',
  'result',
  'vital',
  'imaging',
  'procedure',
  'diagnosis',
  'other',
] as const
export type ItemKind = (typeof itemKinds)[number]

/** One line of the time line: enough to choose by, never the whole record. */
export interface TimelineItem {
  /** `Type/id`, unique in a time line. */
  readonly key: string
  readonly type: string
  readonly id: string
  readonly kind: ItemKind
  /** Milliseconds since 1970; absent where the record bears no time. */
  readonly at: number | undefined
  readonly hasTimeOfDay: boolean
  readonly title: string
  readonly detail: string | undefined
  readonly person: string | undefined
  readonly status: string | undefined
  readonly encounter: string | undefined
  readonly abnormalCount: number
  readonly isRedacted: boolean
  /** Keys of the records this line stands for as well (results of a report, vital signs of one moment). */
  readonly members: readonly string[]
}

export function timelineItem(resource: Json): TimelineItem {
  const type = textAt(resource, 'resourceType') ?? 'Resource'
  const id = textAt(resource, 'id') ?? ''
  const said = describe(type, resource)
  return {
    key: `${type}/${id}`,
    type,
    id,
    kind: said.kind,
    at: momentMs(said.moment),
    hasTimeOfDay: (said.moment ?? '').includes('T'),
    title: said.title,
    detail: said.detail,
    person: said.person,
    status: textAt(resource, 'status') ?? codesOf(resource.clinicalStatus)[0],
    encounter: type === 'Encounter' ? id : (referenceId(resource.encounter) ?? referenceId(resource.context)),
    abnormalCount: said.abnormalCount ?? 0,
    isRedacted: recordIsRedacted(resource),
    members: said.members ?? [],
  }
}

interface Description {
  readonly kind: ItemKind
  readonly moment: string | undefined
  readonly title: string
  readonly detail?: string | undefined
  readonly person?: string | undefined
  readonly abnormalCount?: number
  readonly members?: readonly string[]
}

function describe(type: string, resource: Json): Description {
  switch (type) {
    case 'Encounter': {
      const encounter = readEncounter(resource)
      return {
        kind: 'encounter',
        moment: encounter.start,
        title: encounter.title ?? encounter.department ?? encounter.reason ?? type,
        detail: line(encounter.department, encounter.ward, encounter.bed, encounter.reason),
        person: encounter.attending,
      }
    }
    case 'Composition': {
      const document = readComposition(resource)
      return {
        kind: 'document',
        moment: document.date,
        title: document.title,
        detail: line(...document.sections.map((section) => section.title)),
        person: document.authors[0],
      }
    }
    case 'ServiceRequest':
    case 'MedicationRequest':
    case 'MedicationStatement':
    case 'MedicationAdministration':
    case 'MedicationDispense': {
      const order = readOrder(resource)
      return {
        kind: order.isMedication ? 'medication' : 'order',
        moment: order.authored,
        title: order.name,
        detail: line(...order.instructions, ...order.reasons),
        person: order.requester ?? order.performer,
      }
    }
    case 'DiagnosticReport': {
      const report = readReport(resource)
      return {
        kind: report.isImaging ? 'imaging' : 'result',
        moment: report.moment,
        title: report.name,
        detail: report.conclusion ?? line(...report.conclusionCodes),
        person: report.interpreter ?? report.performer,
        members: report.results.map((result) => `Observation/${result}`),
      }
    }
    case 'Observation':
      return describeObservation(readObservation(resource))
    case 'ImagingStudy': {
      const study = readStudy(resource)
      return { kind: 'imaging', moment: study.moment, title: study.name, detail: line(...study.modalities) }
    }
    case 'Media': {
      const picture = readMedia(resource)
      return { kind: 'imaging', moment: picture.moment, title: picture.title, person: picture.operator }
    }
    case 'Procedure': {
      const procedure = readProcedure(resource)
      return {
        kind: 'procedure',
        moment: procedure.moment,
        title: procedure.name,
        detail: line(...procedure.bodySites, procedure.outcome, ...procedure.reasons),
        person: procedure.performers[0]?.name,
      }
    }
    case 'Condition': {
      const condition = readCondition(resource)
      return {
        kind: 'diagnosis',
        moment: condition.moment,
        title: condition.name,
        detail: condition.code,
        person: condition.recorder,
      }
    }
    default:
      return describeOther(type, resource)
  }
}

function describeObservation(observation: ObservationFacts): Description {
  return {
    kind: observation.category === 'vital-signs' ? 'vital' : 'result',
    moment: observation.moment,
    title: observation.name,
    detail: observationText(observation),
    person: observation.performer,
    abnormalCount: observation.values.filter((value) => flagIsAbnormal(value.flag)).length,
  }
}

/** A type without a page of its own: the names and times FHIR resources customarily bear, in order of telling. */
function describeOther(type: string, resource: Json): Description {
  const titles = [
    textAt(resource, 'title'),
    conceptText(resource.code),
    conceptText(resource.vaccineCode),
    textAt(resource, 'description') ?? conceptText(resource.description),
    conceptText(listAt(resource, 'category')[0]),
    conceptText(resource.type),
    conceptText(resource.scope),
  ]
  const moments = ['date', 'occurrence', 'authoredOn', 'created', 'recordedDate', 'issued', 'sent', 'start', 'dateTime']
  const moment = [
    ...moments.map((name) => textAt(resource, name) ?? textAt(resource, `${name}DateTime`)),
    textAt(resource, 'period', 'start'),
    textAt(resource, 'startDate'),
    textAt(resource, 'meta', 'lastUpdated'),
  ].find((value) => momentMs(value) !== undefined)
  return { kind: 'other', moment, title: present(titles)[0] ?? type, detail: present(titles)[0] ? type : undefined }
}

function line(...parts: readonly (string | undefined)[]): string | undefined {
  return present(parts).join(' · ') || undefined
}
