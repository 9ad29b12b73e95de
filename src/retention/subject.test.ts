import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Entry } from '../ledger/index.ts'
import { monthsFor, monthsLater, type RetentionPeriod } from './period.ts'
import { dueOf, subjectOf } from './subject.ts'

const entry = (fields: Partial<Entry>): Entry => ({
  v: 1,
  id: '0197a000-0000-7000-8000-000000000000',
  recorded: '2026-01-01T00:00:00.000Z',
  nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
  kind: 'system',
  outcome: 0,
  ...fields,
})
const patient = 'p1' as NonNullable<Entry['patient']>

test('what an entry speaks of', () => {
  const told: [Partial<Entry>, string][] = [
    [{ kind: 'permit', patient }, 'patient'],
    [{ kind: 'release', patient, raisesEpoch: true }, 'ledger'],
    [{ kind: 'authority-change', raisesEpoch: true }, 'ledger'],
    [{ kind: 'authority-change' }, 'unknown'],
    [{ kind: 'permit' }, 'unknown'],
    [{ kind: 'search', detail: { terms: 'name=x' } }, 'unknown'],
    [{ kind: 'export' }, 'unknown'],
    [{ kind: 'foreign' }, 'unknown'],
    [{ kind: 'sign-in' }, 'no-patient'],
    [{ kind: 'step-up', record: { type: 'Observation', id: 'o1' } }, 'unknown'],
    [{ kind: 'system', detail: { event: 'start' } }, 'no-patient'],
    [{ kind: 'system', detail: { event: 'heartbeat' } }, 'ledger'],
    [{ kind: 'system', detail: { event: 'epoch-base' } }, 'ledger'],
    [{ kind: 'system', detail: { event: 'expired' } }, 'ledger'],
    [{ kind: 'system', detail: { event: 'an event of a later version' } }, 'ledger'],
    [{ kind: 'configuration-change' }, 'ledger'],
    [{ kind: 'gap' }, 'ledger'],
    [{ kind: 'anchor' }, 'ledger'],
  ]
  for (const [fields, of] of told) assert.equal(subjectOf(entry(fields)).of, of, JSON.stringify(fields))
})

test('a period below its floor, or one that is missing, is not believed', () => {
  const periods: RetentionPeriod[] = [
    { careClass: 'outpatient', recordType: '*', months: 12 },
    { careClass: 'inpatient', recordType: '*', months: 480 },
  ]
  assert.equal(monthsFor(periods, 'outpatient'), 180)
  assert.equal(monthsFor(periods, 'psychiatric'), 480)
  const subject = { of: 'patient', patient } as const
  assert.equal(dueOf(subject, { recordedMs: 0 }, periods)!.rule, 'unknown/480')
  const care = { classes: ['outpatient', 'inpatient'] } as const
  assert.equal(dueOf(subject, { recordedMs: 0, care }, periods)!.rule, 'inpatient/480')
  assert.equal(dueOf({ of: 'ledger' }, { recordedMs: 0 }, periods), undefined)
})

test('months are those of the calendar', () => {
  const later = (day: string, months: number) =>
    new Date(monthsLater(Date.parse(day), months)).toISOString().slice(0, 10)
  assert.equal(later('2024-02-29', 12), '2025-02-28')
  assert.equal(later('2011-03-01', 180), '2026-03-01')
  assert.equal(later('2025-10-31', 1), '2025-11-30')
})
