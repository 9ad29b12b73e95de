import type { FhirResource } from '../records/index.ts'
import { dateTime, hour, minute } from './calendar.ts'
import { type Chart, write } from './chart.ts'
import { concept, organization, practitioner, quantity, type Reference, reference, systems } from './coding.ts'
import type { Illness } from './illnesses.ts'
import { medicines } from './medicines.ts'
import type { Staff } from './staff.ts'
import type { HospitalDepartment } from './ward-plan.ts'
import { frequencyWord, unitWord } from './wording.ts'

/** Diagnoses, medicines, consults and operations as ordered and done. */

export interface Medication {
  readonly key: string
  readonly from: number
  /** Absent while it is still given. */
  readonly until?: number
}

export function prescribe(
  chart: Chart,
  encounter: Reference,
  requester: Staff,
  medication: Medication,
  inpatient: boolean,
): FhirResource {
  const medicine = medicines.get(medication.key)!
  return write(chart, medication.from, {
    resourceType: 'MedicationRequest',
    status: medication.until === undefined ? 'active' : 'completed',
    intent: 'order',
    category: [
      concept(
        'http://terminology.hl7.org/CodeSystem/medicationrequest-category',
        inpatient ? 'inpatient' : 'outpatient',
        inpatient ? 'Inpatient' : 'Outpatient',
      ),
    ],
    medicationCodeableConcept: concept(systems.house, medicine.key, medicine.name),
    subject: chart.subject,
    encounter,
    authoredOn: dateTime(medication.from),
    requester: practitioner(requester),
    dosageInstruction: [
      {
        text: `${medicine.dose}${unitWord(medicine.unit)} ${medicine.route} ${frequencyWord(medicine.perDay)}`,
        timing: {
          repeat: {
            boundsPeriod: {
              start: dateTime(medication.from),
              ...(medication.until === undefined ? {} : { end: dateTime(medication.until) }),
            },
            frequency: medicine.perDay,
            period: 1,
            periodUnit: 'd',
          },
        },
        route: { text: medicine.route },
        doseAndRate: [{ doseQuantity: quantity(medicine.dose, medicine.unit) }],
      },
    ],
  })
}

export function diagnose(
  chart: Chart,
  encounter: Reference,
  illness: Pick<Illness, 'code' | 'name'>,
  doctor: Staff,
  at: number,
  resolvedAt?: number,
): FhirResource {
  return write(chart, at, {
    resourceType: 'Condition',
    clinicalStatus: clinicalStatus[resolvedAt === undefined ? 'active' : 'resolved'],
    verificationStatus,
    category: diagnosisCategory,
    code: concept(systems.icd10, illness.code, illness.name),
    subject: chart.subject,
    encounter,
    ...(resolvedAt === undefined ? {} : { abatementDateTime: dateTime(resolvedAt) }),
    recordedDate: dateTime(at),
    recorder: practitioner(doctor),
    asserter: practitioner(doctor),
  })
}

const clinicalStatus = {
  active: concept('http://terminology.hl7.org/CodeSystem/condition-clinical', 'active', 'Active'),
  resolved: concept('http://terminology.hl7.org/CodeSystem/condition-clinical', 'resolved', 'Resolved'),
}
const verificationStatus = concept(
  'http://terminology.hl7.org/CodeSystem/condition-ver-status',
  'confirmed',
  'Confirmed',
)
const diagnosisCategory = [
  concept('http://terminology.hl7.org/CodeSystem/condition-category', 'encounter-diagnosis', 'Encounter Diagnosis'),
]

export interface Consult {
  readonly requester: Staff
  readonly consultant: Staff
  readonly department: HospitalDepartment
  readonly askedAt: number
  readonly answeredAt: number
}

export function askConsult(chart: Chart, encounter: Reference, consult: Consult): void {
  write(chart, consult.askedAt, {
    resourceType: 'ServiceRequest',
    status: consult.answeredAt < chart.world.end ? 'completed' : 'active',
    intent: 'order',
    category: [concept('http://snomed.info/sct', '11429006', 'Consultation', '会诊')],
    priority: 'routine',
    code: concept(systems.house, 'consult', '会诊'),
    subject: chart.subject,
    encounter,
    occurrencePeriod: { start: dateTime(consult.askedAt), end: dateTime(consult.answeredAt + 72 * hour) },
    authoredOn: dateTime(consult.askedAt),
    requester: practitioner(consult.requester),
    performer: [practitioner(consult.consultant), organization(consult.department)],
    reasonCode: [{ text: `${chart.story.illness.name}，请${consult.department.name}协助诊治` }],
  })
}

export interface Operation {
  readonly surgeon: Staff
  readonly assistant: Staff
  readonly anaesthetist: Staff
  readonly orderedAt: number
  readonly orderedBy: Staff
  readonly from: number
  readonly until: number
}

export function operate(
  chart: Chart,
  encounter: Reference,
  operation: Operation,
  department: HospitalDepartment,
): void {
  const code = concept(systems.icd9, chart.story.illness.operation!.code, chart.story.illness.operation!.name)
  const order = write(chart, operation.orderedAt, {
    resourceType: 'ServiceRequest',
    status: operation.until < chart.world.end ? 'completed' : 'active',
    intent: 'order',
    category: [concept('http://snomed.info/sct', '387713003', 'Surgical procedure', '手术')],
    code,
    subject: chart.subject,
    encounter,
    occurrenceDateTime: dateTime(operation.from),
    authoredOn: dateTime(operation.orderedAt),
    requester: practitioner(operation.orderedBy),
    performer: [practitioner(operation.surgeon)],
  })
  if (operation.until >= chart.world.end) return
  write(chart, operation.until + 30 * minute, {
    resourceType: 'Procedure',
    basedOn: [reference(order)],
    status: 'completed',
    category: concept('http://snomed.info/sct', '387713003', 'Surgical procedure', '手术'),
    code,
    subject: chart.subject,
    encounter,
    performedPeriod: { start: dateTime(operation.from), end: dateTime(operation.until) },
    recorder: practitioner(operation.surgeon),
    performer: [
      { function: { text: '术者' }, actor: practitioner(operation.surgeon), onBehalfOf: organization(department) },
      { function: { text: '第一助手' }, actor: practitioner(operation.assistant) },
      { function: { text: '麻醉医师' }, actor: practitioner(operation.anaesthetist) },
    ],
  })
}
