import type { ApplicationId, DepartmentId } from '../kernel/index.ts'
import type { EntryActor, EntryDraft } from '../ledger/index.ts'

/** From the strictest on: whoever has posts in several departments works by the widest of their modes. */
export const continuityModes = ['strict', 'read-only-offline', 'clinical-continuity'] as const
export type ContinuityMode = (typeof continuityModes)[number]

/** Where uses may go on while the ledger's database is away, and for how long (docs/continuity.md). */
export interface ContinuityPlan {
  /** Mode of people of a department; any other is strict. */
  readonly departments: ReadonlyMap<DepartmentId, ContinuityMode>
  /** Mode of uses through an application, whatever the person's department; any other is strict. */
  readonly applications: ReadonlyMap<ApplicationId, ContinuityMode>
  /** How long facts, sessions and policies last known are believed, counted from when they were last read. */
  readonly staleMs: number
  readonly maxSpoolBytes: number
}

/** With everything strict nothing is kept ready, and nothing is spooled. */
export const strictPlan: ContinuityPlan = {
  departments: new Map(),
  applications: new Map(),
  staleMs: 4 * 3_600_000,
  maxSpoolBytes: 256 * 1024 * 1024,
}

export function isStrict(plan: ContinuityPlan): boolean {
  return [...plan.departments.values(), ...plan.applications.values()].every((mode) => mode === 'strict')
}

export function modeOf(plan: ContinuityPlan, actor: EntryActor | undefined): ContinuityMode {
  if (actor?.application !== undefined) return plan.applications.get(actor.application) ?? 'strict'
  const modes = (actor?.departments ?? []).map((id) => plan.departments.get(id as DepartmentId) ?? 'strict')
  return modes.reduce<ContinuityMode>((widest, mode) => (rank(mode) > rank(widest) ? mode : widest), 'strict')
}

const rank = (mode: ContinuityMode): number => continuityModes.indexOf(mode)

const actionsOf: Readonly<Record<ContinuityMode, readonly string[]>> = {
  strict: [],
  'read-only-offline': ['view', 'list'],
  'clinical-continuity': ['view', 'list', 'create', 'update'],
}
const carePurposes = ['TREAT', 'ETREAT']
const attendedChannels = ['console', 'fhir']

/**
 * Whether a permit may be traced in the spool instead of the ledger: care of one patient, by a person at a screen or
 * through an application, and nothing that carries away more than that (no export, print, copy, deletion, management,
 * and no search that is not confined to one patient).
 */
export function mayGoOn(mode: ContinuityMode, draft: EntryDraft): boolean {
  return (
    draft.decision?.effect === 'permit' &&
    actionsOf[mode].includes(draft.action ?? '') &&
    carePurposes.includes(draft.purpose ?? '') &&
    attendedChannels.includes(draft.channel ?? '') &&
    draft.patient !== undefined
  )
}
