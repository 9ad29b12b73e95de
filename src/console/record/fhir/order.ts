import {
  actorText,
  conceptText,
  conceptTexts,
  noteTexts,
  quantityText,
  referenceId,
  referenceText,
} from './datatype.ts'
import { type Json, listAt, numberAt, present, textAt } from './element.ts'

/** An order (医嘱): something asked for, by whom, how. ServiceRequest and MedicationRequest read alike. */
export interface OrderFacts {
  readonly id: string
  readonly name: string
  readonly isMedication: boolean
  readonly status: string | undefined
  readonly priority: string | undefined
  readonly authored: string | undefined
  readonly requester: string | undefined
  readonly performer: string | undefined
  readonly encounter: string | undefined
  readonly instructions: readonly string[]
  readonly reasons: readonly string[]
  readonly notes: readonly string[]
  readonly version: string | undefined
}

export function readOrder(resource: Json): OrderFacts {
  const isMedication = (textAt(resource, 'resourceType') ?? '').startsWith('Medication')
  return {
    id: textAt(resource, 'id') ?? '',
    name:
      (isMedication ? medicationName(resource) : conceptText(resource.code)) ?? textAt(resource, 'resourceType') ?? '',
    isMedication,
    status: textAt(resource, 'status'),
    priority: textAt(resource, 'priority'),
    authored:
      textAt(resource, 'authoredOn') ??
      textAt(resource, 'effectiveDateTime') ??
      textAt(resource, 'effectivePeriod', 'start') ??
      textAt(resource, 'dateAsserted') ??
      textAt(resource, 'whenHandedOver'),
    requester: actorText(resource.requester),
    performer: actorText(resource.performer),
    encounter: referenceId(resource.encounter) ?? referenceId(resource.context),
    instructions: isMedication ? dosages(resource) : serviceDetails(resource),
    reasons: present([...conceptTexts(resource.reasonCode), ...listAt(resource, 'reasonReference').map(referenceText)]),
    notes: noteTexts(resource),
    version: textAt(resource, 'meta', 'versionId'),
  }
}

function medicationName(resource: Json): string | undefined {
  return conceptText(resource.medicationCodeableConcept) ?? referenceText(resource.medicationReference)
}

function serviceDetails(resource: Json): readonly string[] {
  return present([
    ...conceptTexts(resource.orderDetail),
    ...conceptTexts(resource.bodySite),
    quantityText(resource.quantityQuantity),
    textAt(resource, 'patientInstruction'),
  ])
}

/** The dosage's own text, else dose, route and timing put together: `0.5 g · 口服 · 3 × / 1 d`. */
function dosages(resource: Json): readonly string[] {
  const given = [...listAt(resource, 'dosageInstruction'), ...listAt(resource, 'dosage')]
  return present(given.map((dosage) => textAt(dosage, 'text') ?? dosageText(dosage)))
}

function dosageText(dosage: Json): string | undefined {
  const dose = listAt(dosage, 'doseAndRate')[0]
  const repeat = dosage.timing
  const frequency = numberAt(repeat, 'repeat', 'frequency')
  const period = numberAt(repeat, 'repeat', 'period')
  const timing =
    conceptText((repeat as Json | undefined)?.code) ??
    (frequency !== undefined && period !== undefined
      ? `${frequency} × / ${period} ${textAt(repeat, 'repeat', 'periodUnit') ?? ''}`.trim()
      : undefined)
  const parts = present([
    quantityText(dose?.doseQuantity) ?? quantityText(dosage.dose),
    conceptText(dosage.route),
    timing,
  ])
  return parts.join(' · ') || undefined
}
