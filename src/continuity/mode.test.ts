import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Action, actions, InvalidInput, type PurposeOfUse, purposes } from '../kernel/index.ts'
import type { EntryDraft } from '../ledger/index.ts'
import { isStrict, mayGoOn, modeOf } from './mode.ts'
import { describePlan, readContinuityPlan } from './read-plan.ts'

const use = (more: Partial<EntryDraft>): EntryDraft => ({
  kind: 'permit',
  outcome: 0,
  channel: 'fhir',
  action: 'view',
  purpose: 'TREAT',
  patient: 'p' as never,
  decision: { effect: 'permit', policies: [], bundle: '', epoch: 0 as never },
  ...more,
})

test('in an outage each mode lets these actions go on, and no other', () => {
  const reached = (mode: Parameters<typeof mayGoOn>[0]): readonly Action[] =>
    actions.filter((action) => mayGoOn(mode, use({ action })))
  assert.deepEqual(reached('strict'), [])
  assert.deepEqual(reached('read-only-offline'), ['view', 'list'])
  assert.deepEqual(reached('clinical-continuity'), ['view', 'list', 'create', 'update'])
})

test('only care goes on, of one patient, by a person at a screen or through an application', () => {
  const mode = 'clinical-continuity'
  const reached: readonly PurposeOfUse[] = purposes.filter((purpose) => mayGoOn(mode, use({ purpose })))
  assert.deepEqual(reached, ['TREAT', 'ETREAT'])
  const { patient: _, ...ofNobody } = use({ action: 'list' })
  assert.ok(!mayGoOn(mode, ofNobody), 'a search that is not confined to one patient')
  for (const channel of ['cli', 'batch', 'authzen'] as const) assert.ok(!mayGoOn(mode, use({ channel })), channel)
  const { purpose: __, ...forNothing } = use({})
  assert.ok(!mayGoOn(mode, forNothing))
  const denied = { ...use({}).decision!, effect: 'deny' as const }
  assert.ok(!mayGoOn(mode, use({ decision: denied })))
})

test('a person works by the widest mode of their departments, an application by its own alone', () => {
  const plan = readContinuityPlan(
    JSON.stringify({
      departments: { icu: 'clinical-continuity', ward: 'read-only-offline', office: 'strict' },
      applications: { viewer: 'read-only-offline' },
    }),
  )
  assert.equal(modeOf(plan, { departments: ['office', 'ward'] }), 'read-only-offline')
  assert.equal(modeOf(plan, { departments: ['icu', 'ward'] }), 'clinical-continuity')
  assert.equal(modeOf(plan, { departments: ['elsewhere'] }), 'strict')
  assert.equal(modeOf(plan, { departments: ['icu'], application: 'viewer' as never }), 'read-only-offline')
  assert.equal(modeOf(plan, { departments: ['icu'], application: 'other' as never }), 'strict')
  assert.equal(modeOf(plan, undefined), 'strict')
})

test('nothing said is strict everywhere', () => {
  assert.ok(isStrict(readContinuityPlan(undefined)))
  assert.ok(isStrict(readContinuityPlan('')))
  assert.ok(isStrict(readContinuityPlan('{"departments":{"icu":"strict"}}')))
  assert.ok(!isStrict(readContinuityPlan('{"applications":{"viewer":"read-only-offline"}}')))
})

test('a plan may stand in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chartward-plan-'))
  const file = join(folder, 'continuity.json')
  writeFileSync(file, '{"departments":{"icu":"clinical-continuity"},"staleMinutes":30,"maxSpoolMegabytes":1}')
  assert.deepEqual(describePlan(readContinuityPlan(`@${file}`)), {
    departments: { icu: 'clinical-continuity' },
    applications: {},
    staleMinutes: 30,
    maxSpoolMegabytes: 1,
  })
  rmSync(folder, { recursive: true })
})

test('a plan that is wrong is refused with its place, in both languages', () => {
  const cases: readonly [string, string, string][] = [
    ['{', 'CONTINUITY', 'json'],
    ['@/nowhere/plan.json', 'CONTINUITY', 'file'],
    ['{"departments":{"icu":"always"}}', 'CONTINUITY.departments.icu', 'invalid_value'],
    ['{"wards":{}}', 'CONTINUITY.wards', 'unrecognized_keys'],
    ['{"staleMinutes":0}', 'CONTINUITY.staleMinutes', 'too_small'],
    ['{"staleMinutes":"4h"}', 'CONTINUITY.staleMinutes', 'invalid_type'],
    ['[]', 'CONTINUITY', 'invalid_type'],
  ]
  for (const [text, field, rule] of cases) {
    assert.throws(
      () => readContinuityPlan(text),
      (error: unknown) => {
        assert.ok(error instanceof InvalidInput)
        const [issue] = error.issues
        assert.deepEqual([issue!.field, issue!.rule], [field, rule])
        assert.match(issue!.zh, /\p{Script=Han}/u)
        assert.match(issue!.en, /[a-z]/)
        return true
      },
      text,
    )
  }
})
