/**
 * Reading of FHIR JSON that nobody promised us: every step may be missing or of another type, and then the answer is
 * `undefined` or an empty list, never an error. The viewer shows what it can read and says nothing false about the rest.
 */
export type Json = Readonly<Record<string, unknown>>
type Step = string | number

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function at(value: unknown, ...path: readonly Step[]): unknown {
  let here = value
  for (const step of path) {
    if (Array.isArray(here) && typeof step === 'number') here = here[step]
    else if (isJson(here) && typeof step === 'string') here = here[step]
    else return undefined
  }
  return here
}

export function objectAt(value: unknown, ...path: readonly Step[]): Json | undefined {
  const found = at(value, ...path)
  return isJson(found) ? found : undefined
}

/** The objects of a list; a single object counts as a list of one (R3 senders do that where R4 has a list). */
export function listAt(value: unknown, ...path: readonly Step[]): readonly Json[] {
  const found = at(value, ...path)
  if (Array.isArray(found)) return found.filter(isJson)
  return isJson(found) ? [found] : []
}

export function textsAt(value: unknown, ...path: readonly Step[]): readonly string[] {
  const found = at(value, ...path)
  return Array.isArray(found) ? found.filter((item): item is string => typeof item === 'string' && item !== '') : []
}

export function textAt(value: unknown, ...path: readonly Step[]): string | undefined {
  const found = at(value, ...path)
  return typeof found === 'string' && found.trim() !== '' ? found.trim() : undefined
}

export function numberAt(value: unknown, ...path: readonly Step[]): number | undefined {
  const found = at(value, ...path)
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined
}

export function flagAt(value: unknown, ...path: readonly Step[]): boolean | undefined {
  const found = at(value, ...path)
  return typeof found === 'boolean' ? found : undefined
}

/** Drops what is absent, so that lists of optional texts can be joined. */
export function present(values: readonly (string | undefined)[]): readonly string[] {
  return values.filter((value): value is string => value !== undefined && value !== '')
}
