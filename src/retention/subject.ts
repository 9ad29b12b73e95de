import type { Entry } from '../ledger/index.ts'
import { type CareClass, longestMonths, monthsFor, monthsLater, type RetentionPeriod } from './period.ts'

/** What an entry speaks of, as far as its retention depends on it. */
export type Subject =
  /** The ledger cannot be read without it: it is kept as long as the ledger. */
  | { readonly of: 'ledger' }
  | { readonly of: 'no-patient' }
  | { readonly of: 'patient'; readonly patient: string; readonly recordType?: string }
  /** It may speak of anybody (terms of a search, a batch): kept as long as anything is. */
  | { readonly of: 'unknown' }

/** Events of the system that say nothing any later entry has to be understood by. */
const passing = [undefined, 'start', 'stop']
/** Kinds that say how the ledger itself was kept: settings, anchors, what is missing and what joined. */
const ofLedger = ['anchor', 'configuration-change', 'gap', 'spool-joined']
/** Kinds that speak of a member of staff and a terminal, and of no patient. */
const ofStaff = ['sign-in', 'sign-in-failed', 'sign-out', 'step-up', 'system']

export function subjectOf(entry: Entry): Subject {
  const { kind, patient, record, detail } = entry
  // Epochs are counted by these entries (docs/formats/ledger.md): without them no later release could be judged.
  if (entry.raisesEpoch || ofLedger.includes(kind)) return { of: 'ledger' }
  if (kind === 'system' && !passing.includes(detail?.event as string | undefined)) return { of: 'ledger' }
  if (patient !== undefined) return { of: 'patient', patient, ...(record && { recordType: record.type }) }
  return { of: ofStaff.includes(kind) && !record ? 'no-patient' : 'unknown' }
}

/** What is known of a patient's care. Without any class the longest period counts. */
export interface PatientCare {
  readonly classes: readonly Exclude<CareClass, 'no-patient'>[]
  /** Last visit, discharge, or other event of care. */
  readonly lastEventMs?: number
}

export interface Due {
  /** From when on the body may expire. */
  readonly ms: number
  /** Class and months that decided, e.g. `inpatient/360`. */
  readonly rule: string
}

/**
 * When an entry's body may expire: the longest period of anything it speaks of, from the last event, which is never
 * earlier than the entry itself nor the newest entry about the same patient.
 * @returns undefined for what never expires.
 */
export function dueOf(
  subject: Subject,
  facts: { readonly recordedMs: number; readonly care?: PatientCare; readonly lastUseMs?: number },
  periods: readonly RetentionPeriod[],
): Due | undefined {
  switch (subject.of) {
    case 'ledger':
      return undefined
    case 'no-patient':
      return due(facts.recordedMs, 'no-patient', monthsFor(periods, 'no-patient'))
    case 'unknown':
      return due(facts.recordedMs, 'unknown', longestMonths(periods))
    case 'patient': {
      const last = Math.max(facts.recordedMs, facts.lastUseMs ?? 0, facts.care?.lastEventMs ?? 0)
      const each = (facts.care?.classes ?? []).map(
        (careClass) => [careClass, monthsFor(periods, careClass, subject.recordType)] as const,
      )
      const [rule, months] = each.sort(([, a], [, b]) => b - a)[0] ?? ['unknown', longestMonths(periods)]
      return due(last, rule, months)
    }
  }
}

const due = (fromMs: number, rule: string, months: number): Due => ({
  ms: monthsLater(fromMs, months),
  rule: `${rule}/${months}`,
})
