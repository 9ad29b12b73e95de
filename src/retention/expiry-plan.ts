import { tileWidth } from '../crypto/index.ts'
import type { Queryable } from '../kernel/index.ts'
import { type ArchivedEntries, parseEntry, type Trace } from '../ledger/index.ts'
import { monthsLater, type RetentionPeriod } from './period.ts'
import { readPeriods } from './period-store.ts'
import { dueOf, type PatientCare, type Subject, subjectOf } from './subject.ts'
import { type RegisteredVolume, registeredVolumes } from './volume-registry.ts'

/** What the institution knows of its patients' care. Who is not in the answer is unknown: the longest period counts. */
export interface CareOfPatients {
  of(patients: readonly string[]): Promise<ReadonlyMap<string, PatientCare>>
}

/**
 * Legal holds: what is held expires never, whatever its period. The one seam for whoever keeps them.
 * @returns those of these entries that are held.
 */
export interface RetentionHolds {
  held(entries: readonly { readonly sequence: number; readonly patient?: string }[]): Promise<ReadonlySet<number>>
}
export const noHolds: RetentionHolds = { held: async () => new Set() }

export interface ExpirySources {
  readonly database: Queryable
  readonly archived: ArchivedEntries
  readonly trace: Pick<Trace, 'askTrace'>
  readonly care: CareOfPatients
  readonly holds: RetentionHolds
}

export interface VolumePlan {
  readonly volume: RegisteredVolume
  /** Bodies that may expire now, in order, each with the rule by which. */
  readonly due: readonly { readonly sequence: number; readonly rule: string }[]
  readonly held: number
  /** Bodies whose time has not come, or never does. */
  readonly staying: number
  /** Bodies expired before. */
  readonly withheld: number
  /** When the next body of this volume is due. */
  readonly nextDueMs?: number
}

/** What would expire at `nowMs`, volume by volume. Nothing that is still in the database expires. */
export async function planExpiry(sources: ExpirySources, nowMs: number): Promise<readonly VolumePlan[]> {
  const periods = await readPeriods(sources.database)
  const shortest = Math.min(...periods.map((period) => period.months))
  const plans: VolumePlan[] = []
  for (const volume of await registeredVolumes(sources.database)) {
    const earliest = monthsLater(volume.recordedFrom.getTime(), shortest)
    if (earliest > nowMs) {
      plans.push({ volume, due: [], held: 0, staying: volume.end - volume.first, withheld: 0, nextDueMs: earliest })
    } else {
      plans.push(await planVolume(volume, sources, periods, nowMs))
    }
  }
  return plans
}

interface Body {
  readonly sequence: number
  readonly subject: Subject
  readonly recordedMs: number
}

async function planVolume(
  volume: RegisteredVolume,
  sources: ExpirySources,
  periods: readonly RetentionPeriod[],
  nowMs: number,
): Promise<VolumePlan> {
  const bodies = await bodiesOf(volume, sources.archived)
  const patients = [...new Set(bodies.flatMap(({ subject }) => (subject.of === 'patient' ? [subject.patient] : [])))]
  const care = await sources.care.of(patients)
  const lastUse = new Map<string, number>()
  for (const patient of patients) lastUse.set(patient, await lastUseOf(patient, sources.trace))

  const ripe: { sequence: number; rule: string; patient?: string }[] = []
  let nextDueMs: number | undefined
  for (const { sequence, subject, recordedMs } of bodies) {
    const patient = subject.of === 'patient' ? subject.patient : undefined
    const known = patient === undefined ? undefined : care.get(patient)
    const lastUseMs = patient === undefined ? undefined : lastUse.get(patient)
    const facts = { recordedMs, ...(known && { care: known }), ...(lastUseMs !== undefined && { lastUseMs }) }
    const due = dueOf(subject, facts, periods)
    if (!due) continue
    if (due.ms <= nowMs) ripe.push({ sequence, rule: due.rule, ...(patient !== undefined && { patient }) })
    else nextDueMs = Math.min(nextDueMs ?? due.ms, due.ms)
  }
  const held = await sources.holds.held(ripe)
  const due = ripe.filter(({ sequence }) => !held.has(sequence)).map(({ sequence, rule }) => ({ sequence, rule }))
  return {
    volume,
    due,
    held: held.size,
    staying: bodies.length - due.length,
    withheld: volume.end - volume.first - bodies.length,
    ...(nextDueMs !== undefined && { nextDueMs }),
  }
}

async function bodiesOf({ first, end }: RegisteredVolume, archived: ArchivedEntries): Promise<readonly Body[]> {
  const bodies: Body[] = []
  for (let at = first; at < end; at += tileWidth) {
    const entries = await archived.at(Array.from({ length: tileWidth }, (_, i) => at + i))
    for (const { sequence, body } of entries) {
      if (body === undefined) continue
      const entry = parseEntry(body)
      bodies.push({ sequence, subject: subjectOf(entry), recordedMs: Date.parse(entry.recorded) })
    }
  }
  return bodies
}

/** The newest entry about a patient: whoever's record is still used has not left care. */
async function lastUseOf(patient: string, trace: Pick<Trace, 'askTrace'>): Promise<number> {
  const { rows } = await trace.askTrace({ patient: patient as never }, { count: 1 })
  return rows[0] ? Date.parse(rows[0].entry.recorded) : 0
}
