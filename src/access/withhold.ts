import type { FhirResource } from '../records/index.ts'

/** FHIR list-empty-reason `withheld`: the section is there, its content is not given (R4 Composition.section.emptyReason). */
const withheldSection = {
  coding: [
    {
      system: 'http://terminology.hl7.org/CodeSystem/list-empty-reason',
      code: 'withheld',
      display: 'Information Withheld',
    },
  ],
}
/** FHIR data-absent-reason `masked`, for the elements a resource may not be without. */
const maskedValue = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'masked', display: 'Masked' }],
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * A copy of the resource without the part at a JSON Pointer (RFC 6901). A withheld section keeps its title and says
 * `withheld`; a withheld value of an Observation says `masked`; anything else is left out.
 */
export function withholdPart(resource: FhirResource, pointer: string): FhirResource {
  const path = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  const result = replaceAt(resource as unknown as Json, path, (part) => emptied(part, path))
  const whole = result as unknown as FhirResource
  if (whole.resourceType === 'Observation' && path.length === 1 && path[0]?.startsWith('value')) {
    return { ...whole, dataAbsentReason: maskedValue }
  }
  return whole
}

function emptied(part: Json, path: readonly string[]): Json | undefined {
  const isSection = path.at(-2) === 'section' && typeof part === 'object' && part !== null && !Array.isArray(part)
  if (!isSection) return undefined
  const section = part as { readonly [key: string]: Json }
  return {
    ...(section.id !== undefined && { id: section.id }),
    ...(section.title !== undefined && { title: section.title }),
    ...(section.code !== undefined && { code: section.code }),
    emptyReason: withheldSection,
  }
}

function replaceAt(node: Json, path: readonly string[], change: (part: Json) => Json | undefined): Json {
  const [step, ...rest] = path
  if (step === undefined) return change(node) ?? null
  if (Array.isArray(node)) {
    const index = Number(step)
    const kept = [...node] as Json[]
    const next = rest.length === 0 ? change(kept[index] as Json) : replaceAt(kept[index] as Json, rest, change)
    if (next === undefined) kept.splice(index, 1)
    else kept[index] = next
    return kept
  }
  if (typeof node !== 'object' || node === null || !(step in node)) return node
  const whole = node as { readonly [key: string]: Json }
  const next = rest.length === 0 ? change(whole[step] as Json) : replaceAt(whole[step] as Json, rest, change)
  const { [step]: _, ...others } = whole
  // An empty list is not valid FHIR: the element goes with its last member.
  if (next === undefined || (Array.isArray(next) && next.length === 0)) return others
  return { ...whole, [step]: next }
}
