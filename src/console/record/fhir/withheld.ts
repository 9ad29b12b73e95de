import { codesOf } from './datatype.ts'
import { isJson, type Json, listAt, textAt } from './element.ts'

/**
 * How a server says "there is more, and it is not for you": `emptyReason` *withheld* (list-empty-reason),
 * `data-absent-reason` *masked*, the labels REDACTED and MASKED (v3-ObservationValue), and for a whole answer an
 * OperationOutcome with the issue code *suppressed* (https://hl7.org/fhir/R4/valueset-issue-type.html).
 */
const absentReason = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason'
const withheldLabels = ['REDACTED', 'MASKED']

export function partIsWithheld(part: Json): boolean {
  if (codesOf(part.emptyReason).includes('withheld')) return true
  return [part, part._text, part.text, part._div].some(saysMasked)
}

/** The whole record left with parts missing: its security labels say so. */
export function recordIsRedacted(resource: Json): boolean {
  return listAt(resource, 'meta', 'security').some((label) => withheldLabels.includes(textAt(label, 'code') ?? ''))
}

function saysMasked(value: unknown): boolean {
  if (!isJson(value)) return false
  return listAt(value, 'extension').some(
    (extension) => textAt(extension, 'url') === absentReason && textAt(extension, 'valueCode') === 'masked',
  )
}

/** The texts of issues that say something was withheld, from an OperationOutcome or a contained one. */
export function suppressedTexts(outcome: Json): readonly string[] {
  return listAt(outcome, 'issue')
    .filter((issue) => textAt(issue, 'code') === 'suppressed')
    .map((issue) => textAt(issue, 'details', 'text') ?? textAt(issue, 'diagnostics') ?? '')
}
