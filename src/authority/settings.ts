import type { Ground } from './decision.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** How long before and after its term a relation counts, in milliseconds. */
export interface CareWindow {
  readonly beforeMs: number
  readonly afterMs: number
}
export type WindowedKind = Extract<
  Ground['kind'],
  'attending' | 'care-team' | 'clinic' | 'consult' | 'order' | 'ward' | 'on-call'
>

/** What a hospital may set. The defaults are stricter than what is common abroad (encounter ± 30 days for everyone). */
export interface AuthoritySettings {
  readonly windows: Readonly<Record<WindowedKind, CareWindow>>
  /** How long an answered reminder opens its one patient, by purpose. */
  readonly declaredMs: Readonly<Record<'TREAT' | 'ETREAT', number>>
  /** A list is planned on facts no older than this; only new rights can be that late, never ended ones. */
  readonly listFactsMaxAgeMs: number
  /** People whose facts are kept in memory. */
  readonly cachedPeople: number
}

export const defaultSettings: AuthoritySettings = {
  windows: {
    attending: { beforeMs: dayMs, afterMs: 30 * dayMs },
    'care-team': { beforeMs: 0, afterMs: 7 * dayMs },
    clinic: { beforeMs: dayMs, afterMs: 30 * dayMs },
    consult: { beforeMs: 0, afterMs: 7 * dayMs },
    order: { beforeMs: 0, afterMs: 14 * dayMs },
    ward: { beforeMs: 0, afterMs: 0 },
    'on-call': { beforeMs: 0, afterMs: 0 },
  },
  declaredMs: { TREAT: dayMs, ETREAT: 4 * hourMs },
  listFactsMaxAgeMs: 1000,
  cachedPeople: 20_000,
}
