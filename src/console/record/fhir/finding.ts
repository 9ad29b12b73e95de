import {
  actorText,
  codesOf,
  conceptText,
  conceptTexts,
  firstCode,
  momentAt,
  noteTexts,
  referenceId,
  referenceText,
} from './datatype.ts'
import { type Json, listAt, present, textAt } from './element.ts'

/** Diagnoses, allergies and procedures: what is the case with the patient, and what was done. */
export interface ConditionFacts {
  readonly id: string
  readonly name: string
  readonly code: string | undefined
  readonly clinicalStatus: string | undefined
  readonly categories: readonly string[]
  readonly moment: string | undefined
  readonly encounter: string | undefined
  readonly recorder: string | undefined
}

export function readCondition(resource: Json): ConditionFacts {
  return {
    id: textAt(resource, 'id') ?? '',
    name: conceptText(resource.code) ?? 'Condition',
    code: firstCode(resource.code)?.code,
    clinicalStatus: codesOf(resource.clinicalStatus)[0],
    categories: codesOf(resource.category),
    moment: textAt(resource, 'recordedDate') ?? momentAt(resource, 'onset') ?? textAt(resource, 'assertedDate'),
    encounter: referenceId(resource.encounter),
    recorder: referenceText(resource.recorder) ?? referenceText(resource.asserter),
  }
}

/** The diagnosis a stay is about: of the encounter where there is one, active before ended, newest first. */
export function mainDiagnosis(
  conditions: readonly ConditionFacts[],
  encounter: string | undefined,
): ConditionFacts | undefined {
  const rank = (condition: ConditionFacts) =>
    (encounter !== undefined && condition.encounter === encounter ? 0 : 4) +
    (condition.categories.includes('encounter-diagnosis') ? 0 : 2) +
    (condition.clinicalStatus === 'active' || condition.clinicalStatus === undefined ? 0 : 1)
  return [...conditions].sort((a, b) => rank(a) - rank(b) || (b.moment ?? '').localeCompare(a.moment ?? ''))[0]
}

export interface AllergyFacts {
  readonly id: string
  readonly substance: string
  readonly reactions: readonly string[]
  readonly isSevere: boolean
  readonly isActive: boolean
  /** "No known allergies" is itself a recorded fact. */
  readonly isNoneKnown: boolean
}

/** SNOMED CT 716186003 *No known allergy* and its kin; ICD-like local codes are told by their words. */
const noneKnown = new Set(['716186003', '409137002', '428607008', '429625007'])

export function readAllergy(resource: Json): AllergyFacts {
  const substance = conceptText(resource.code) ?? 'AllergyIntolerance'
  const reactions = listAt(resource, 'reaction')
  return {
    id: textAt(resource, 'id') ?? '',
    substance,
    reactions: present(reactions.flatMap((reaction) => conceptTexts(reaction.manifestation))),
    isSevere:
      textAt(resource, 'criticality') === 'high' ||
      reactions.some((reaction) => textAt(reaction, 'severity') === 'severe'),
    isActive:
      !['inactive', 'resolved'].includes(codesOf(resource.clinicalStatus)[0] ?? 'active') &&
      !['entered-in-error', 'refuted'].includes(codesOf(resource.verificationStatus)[0] ?? ''),
    isNoneKnown:
      codesOf(resource.code).some((code) => noneKnown.has(code)) ||
      /^(无已知|否认).*过敏|^no known allerg/i.test(substance),
  }
}

export interface ProcedureFacts {
  readonly id: string
  readonly name: string
  readonly status: string | undefined
  readonly moment: string | undefined
  readonly end: string | undefined
  readonly encounter: string | undefined
  readonly performers: readonly { readonly role: string | undefined; readonly name: string }[]
  readonly bodySites: readonly string[]
  readonly outcome: string | undefined
  readonly reasons: readonly string[]
  readonly notes: readonly string[]
  readonly version: string | undefined
}

export function readProcedure(resource: Json): ProcedureFacts {
  return {
    id: textAt(resource, 'id') ?? '',
    name: conceptText(resource.code) ?? 'Procedure',
    status: textAt(resource, 'status'),
    moment: momentAt(resource, 'performed') ?? textAt(resource, 'performedString'),
    end: textAt(resource, 'performedPeriod', 'end'),
    encounter: referenceId(resource.encounter),
    performers: listAt(resource, 'performer').flatMap((performer) => {
      const name = actorText(performer)
      return name ? [{ role: conceptText(performer.function), name }] : []
    }),
    bodySites: conceptTexts(resource.bodySite),
    outcome: conceptText(resource.outcome),
    reasons: present([...conceptTexts(resource.reasonCode), ...listAt(resource, 'reasonReference').map(referenceText)]),
    notes: noteTexts(resource),
    version: textAt(resource, 'meta', 'versionId'),
  }
}
