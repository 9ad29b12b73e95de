import type { ObservationFacts } from '../fhir/observation.ts'

/** The code of an observation as a search takes it: `system|code`, or the code alone. */
export function codeParameter(observation: ObservationFacts): string | undefined {
  const { code } = observation
  if (!code) return undefined
  return code.system === undefined ? code.code : `${code.system}|${code.code}`
}
