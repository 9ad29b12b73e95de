import {
  type Clock,
  type Database,
  type Log,
  type PatientId,
  type Rounds,
  startRounds,
  type Transaction,
} from '../kernel/index.ts'
import type { EntryDraft, Ledger } from '../ledger/index.ts'
import type { Ground } from './decision.ts'
import type { AuthoritySettings, WindowedKind } from './settings.ts'

export interface EndedTermsDesk {
  readonly database: Database
  readonly ledger: Ledger
  readonly clock: Clock
  readonly settings: AuthoritySettings
}

/** What ended: a ground of rights, whose, and when. */
interface EndedTerm {
  readonly ground: Ground['kind'] | 'programme' | 'agreement'
  readonly id: string
  readonly person: string | null
  readonly patient: string | null
  readonly ended: Date
}

/** Care relations and stays count for a while after their term: what ends is that while. */
const windowed: readonly WindowedKind[] = ['attending', 'care-team', 'clinic', 'consult', 'order']

/** A time of standstill is caught up in steps, each one transaction. */
const longestStepMs = 86_400_000

/**
 * Says in the ledger which grounds have ended by the passing of time since this was last said, and raises the epoch of
 * authority with it: a use that was permitted before the end and would be released after it is decided again. One
 * process tells at a time; the others find it told. (No *decision* waits for this: each looks at the time itself.)
 * @returns how many ends were told, and whether some are left to tell.
 */
export async function tellEndedTerms(desk: EndedTermsDesk): Promise<{ readonly told: number; readonly more: boolean }> {
  const now = desk.clock.now()
  return desk.database.transaction(async (tx) => {
    const [turn] = await tx.query<{ told_upto: Date }>(
      'select told_upto from ended_terms_told where told_upto < $1 for update skip locked',
      [new Date(now)],
    )
    if (!turn) return { told: 0, more: false }
    const upto = Math.min(now, turn.told_upto.getTime() + longestStepMs)
    const ended = await endedBetween(tx, turn.told_upto, new Date(upto), desk.settings)
    await tx.query('update ended_terms_told set told_upto = $1', [new Date(upto)])
    if (ended.length > 0) await desk.ledger.recordWithin(tx, entriesOf(ended), { raisesEpoch: true })
    return { told: ended.length, more: upto < now }
  })
}

/** Shifts and care end by the hundred, at the turn of a shift: those of one instant and kind share entries. */
const many: ReadonlySet<EndedTerm['ground']> = new Set(['roster', ...windowed, 'ward'])
const mostInOneEntry = 100

function entriesOf(ended: readonly EndedTerm[]): EntryDraft[] {
  const singles = ended.filter(({ ground }) => !many.has(ground)).map(entryOf)
  const together = Map.groupBy(
    ended.filter(({ ground }) => many.has(ground)),
    ({ ground, ended }) => `${ground} ${ended.toISOString()}`,
  )
  const grouped = [...together.values()].flatMap((terms) =>
    Array.from({ length: Math.ceil(terms.length / mostInOneEntry) }, (_, i) =>
      entryOfMany(terms.slice(i * mostInOneEntry, (i + 1) * mostInOneEntry)),
    ),
  )
  return [...singles, ...grouped]
}

function entryOf({ ground, id, person, patient, ended }: EndedTerm): EntryDraft {
  return {
    kind: 'authority-change',
    outcome: 0,
    ...(patient !== null && { patient: patient as PatientId }),
    ...(person !== null && { record: { type: 'Practitioner', id: person } }),
    detail: { change: 'term-ended', ground, id, ended: ended.toISOString() },
  }
}

function entryOfMany(terms: readonly EndedTerm[]): EntryDraft {
  const { ground, ended } = terms[0]!
  const listed = terms.map(({ id, person, patient }) => ({
    id,
    ...(person !== null && { person }),
    ...(patient !== null && { patient }),
  }))
  return {
    kind: 'authority-change',
    outcome: 0,
    detail: { change: 'terms-ended', ground, ended: ended.toISOString(), terms: listed },
  }
}

async function endedBetween(
  tx: Transaction,
  from: Date,
  to: Date,
  settings: AuthoritySettings,
): Promise<readonly EndedTerm[]> {
  const afters = windowed.map((kind) => ({ kind, after: settings.windows[kind].afterMs }))
  return await tx.query<EndedTerm>(
    `with after as (select kind, after * interval '1 millisecond' as after
                    from json_to_recordset($3::json) as w (kind text, after double precision))
     select 'post' as ground, id, person_id as person, null as patient, valid_until as ended
       from post where valid_until > $1 and valid_until <= $2
     union all select 'roster', id, person_id, null, valid_until
       from roster where valid_until > $1 and valid_until <= $2
     union all select 'rotation', id, person_id, null, valid_until
       from rotation where valid_until > $1 and valid_until <= $2
     union all select 'programme', id, person_id, null, valid_until
       from programme where valid_until > $1 and valid_until <= $2
     union all select 'training', course_id, person_id, null, valid_until
       from training_pass where valid_until > $1 and valid_until <= $2
     union all select 'agreement', id, null, null, valid_until
       from agreement where valid_until > $1 and valid_until <= $2
     union all select 'ticket', id, person_id, null, valid_until
       from service_ticket where valid_until > $1 and valid_until <= $2
     union all select 'declared', id::text, person_id, patient_id, valid_until
       from declared_use where valid_until > $1 and valid_until <= $2
     union all select c.kind, c.source, c.person_id, c.patient_id, c.valid_until + a.after
       from care_relation c join after a using (kind)
       where c.valid_until > $1 - a.after and c.valid_until <= $2 - a.after
     union all select 'ward', encounter_id, null, patient_id, valid_until + $4 * interval '1 millisecond'
       from patient_stay
       where valid_until > $1 - $4 * interval '1 millisecond' and valid_until <= $2 - $4 * interval '1 millisecond'
     order by ended, ground, id`,
    [from, to, JSON.stringify(afters), settings.windows.ward.afterMs],
  )
}

/** Tells ended terms again and again; what a standstill left is told without pauses. */
export function startTellingEndedTerms(
  desk: EndedTermsDesk & { readonly log: Log; readonly everyMs?: number },
): Rounds {
  const { log, everyMs = 1_000 } = desk
  return startRounds({
    name: 'ended terms',
    everyMs,
    longestPauseMs: everyMs,
    log,
    async round() {
      while ((await tellEndedTerms(desk)).more);
    },
  })
}
