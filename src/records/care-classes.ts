import type { Database } from '../kernel/index.ts'
import type { CareOfPatients, PatientCare } from '../retention/index.ts'

/** v3-ActCode of encounters in which the patient does not stay. Every other, also one we do not know, counts as a stay. */
const visits = new Set(['AMB', 'EMER', 'FLD', 'HH', 'SS', 'VR'])

interface Encounter {
  readonly class?: { readonly code?: string }
  readonly period?: { readonly start?: string; readonly end?: string }
}

/**
 * What care patients had, by the encounters of this store: classes, and the last event. Whose encounters are elsewhere
 * (an upstream keeps them) is left out, and then the longest period counts. A patient with one record of a psychiatric
 * kind (v3-ActCode PSY) is a psychiatric patient.
 */
export function careOfPatients(database: Database): CareOfPatients {
  return {
    async of(patients) {
      const rows = await database.query<{ patient: string; content: string; happened: Date }>(
        `select patient_id as patient, content, sort_date as happened from resource
         where type = 'Encounter' and not deleted and patient_id = any($1)`,
        [patients],
      )
      const psychiatric = await database.query<{ patient: string }>(
        `select distinct patient_id as patient from resource where patient_id = any($1) and 'PSY' = any(kinds)`,
        [patients],
      )
      const found = new Map<string, PatientCare>()
      for (const { patient, content, happened } of rows) {
        const { class: itsClass, period }: Encounter = JSON.parse(content)
        const careClass = visits.has(itsClass?.code ?? '') ? 'outpatient' : 'inpatient'
        const eventMs = Math.max(happened.getTime(), Date.parse(period?.end ?? '') || 0)
        const before = found.get(patient)
        found.set(patient, {
          classes: [...new Set([...(before?.classes ?? []), careClass] as const)],
          lastEventMs: Math.max(before?.lastEventMs ?? 0, eventMs),
        })
      }
      for (const { patient } of psychiatric) {
        const before = found.get(patient)
        found.set(patient, { ...before, classes: [...(before?.classes ?? []), 'psychiatric'] })
      }
      return found
    },
  }
}
