import { dateTime, hour, instant, minute } from './calendar.ts'
import { type Chart, type Finding, write } from './chart.ts'
import { concept, organization, practitioner, reference, systems, terminology } from './coding.ts'
import { type ImagingExamination, imagingExaminations } from './imaging.ts'
import { drawPicture } from './picture.ts'
import type { Occasion } from './results.ts'
import { onWheel } from './roster.ts'
import type { Staff } from './staff.ts'
import { teamOf } from './world.ts'

/** An imaging examination: ordered, done, reported, and for some with its picture. */
export function examine(chart: Chart, occasion: Occasion, key: string, abnormalShare: number): Finding {
  const examination = imagingExaminations.get(key)!
  const { world, draw } = chart
  const at = Math.min(occasion.at + hour + draw.int(150) * minute, world.end - minute)
  const result = draw.happens(abnormalShare) ? examination.abnormal : examination.normal
  const unit = world.department.get(examination.unit)!
  const radiologist = onWheel(teamOf(world, examination.unit).others, at, world.parameters, chart.story.index)
  const code = concept(systems.house, examination.key, examination.name)
  const order = write(chart, occasion.at, {
    resourceType: 'ServiceRequest',
    status: 'completed',
    intent: 'order',
    category: [concept('http://snomed.info/sct', '363679005', 'Imaging', '检查')],
    code,
    subject: chart.subject,
    encounter: occasion.encounter,
    authoredOn: dateTime(occasion.at),
    requester: practitioner(occasion.requester),
    performer: [organization(unit)],
    bodySite: [{ text: examination.bodySite }],
  })
  const study = write(chart, at, {
    resourceType: 'ImagingStudy',
    identifier: [{ system: 'urn:dicom:uid', value: `urn:oid:${uid(chart, 0)}` }],
    status: 'available',
    modality: [{ system: 'http://dicom.nema.org/resources/ontology/DCM', code: examination.modality }],
    subject: chart.subject,
    encounter: occasion.encounter,
    started: dateTime(at - 20 * minute),
    basedOn: [reference(order)],
    interpreter: [practitioner(radiologist)],
    numberOfSeries: 1,
    numberOfInstances: 1,
    procedureCode: [code],
    description: examination.name,
    series: [
      {
        uid: uid(chart, 1),
        number: 1,
        modality: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: examination.modality },
        numberOfInstances: 1,
        bodySite: { system: systems.house, code: examination.key, display: examination.bodySite },
        instance: [
          {
            uid: uid(chart, 2),
            sopClass: { system: 'urn:ietf:rfc:3986', code: sopClasses[examination.modality] },
            number: 1,
          },
        ],
      },
    ],
  })
  const media = picture(chart, occasion, examination, at, radiologist)
  write(chart, at, {
    resourceType: 'DiagnosticReport',
    basedOn: [reference(order)],
    status: 'final',
    category: [
      terminology('v2-0074', examination.modality === 'US' ? 'RUS' : examination.modality === 'CT' ? 'CT' : 'RX'),
    ],
    code,
    subject: chart.subject,
    encounter: occasion.encounter,
    effectiveDateTime: dateTime(at - 20 * minute),
    issued: instant(at),
    performer: [organization(unit)],
    resultsInterpreter: [practitioner(radiologist)],
    imagingStudy: [reference(study)],
    ...(media ? { media: [{ link: media }] } : {}),
    conclusion: `检查所见：${result.findings}\n诊断意见：${result.conclusion}`,
  })
  return { at, text: `${examination.name}：${result.conclusion}`, abnormal: result === examination.abnormal }
}

const sopClasses = {
  DX: 'urn:oid:1.2.840.10008.5.1.4.1.1.1.1',
  CT: 'urn:oid:1.2.840.10008.5.1.4.1.1.2',
  US: 'urn:oid:1.2.840.10008.5.1.4.1.1.6.1',
} as const

/** A UID below 2.25 (UUID-derived, ITU-T X.667); the number is the record's own place in this world. */
const uid = (chart: Chart, part: number): string =>
  `2.25.${(chart.story.index + 1) * 1_000_000 + chart.serial * 10 + part}`

/** Pixels are a Binary that belongs to the patient (`securityContext`), with a Media beside it that says what it shows. */
function picture(chart: Chart, occasion: Occasion, examination: ImagingExamination, at: number, operator: Staff) {
  if (!examination.picture || !chart.draw.happens(chart.world.pictureShare)) return undefined
  const drawn = drawPicture(examination.picture, chart.draw.int(1000))
  const binary = write(chart, at, {
    resourceType: 'Binary',
    contentType: 'image/png',
    securityContext: chart.subject,
    data: drawn.data,
  })
  const media = write(chart, at, {
    resourceType: 'Media',
    status: 'completed',
    type: terminology('media-type', 'image', 'Image'),
    modality: { coding: [{ system: 'http://dicom.nema.org/resources/ontology/DCM', code: examination.modality }] },
    subject: chart.subject,
    encounter: occasion.encounter,
    createdDateTime: dateTime(at - 15 * minute),
    issued: instant(at),
    operator: practitioner(operator),
    bodySite: { text: examination.bodySite },
    width: drawn.width,
    height: drawn.height,
    content: { contentType: 'image/png', url: `Binary/${binary.id}`, title: examination.name },
  })
  return reference(media)
}
