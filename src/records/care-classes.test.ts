import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../kernel/test-database.ts'
import { careOfPatients } from './care-classes.ts'

test('care is told by the encounters there are, and nothing is made up for whom there are none', async () => {
  const at = await openTestDatabase()
  try {
    const encounters = [
      ['e1', 'p1', 'AMB', '2010-05-01', []],
      ['e2', 'p2', 'EMER', '2011-05-01', []],
      ['e3', 'p2', 'IMP', '2012-05-01', []],
      ['e4', 'p3', 'AMB', '2013-05-01', ['PSY']],
      ['e5', 'p4', 'XYZ', '2014-05-01', []],
    ] as const
    for (const [id, patient, code, end, kinds] of encounters) {
      await at.database.query(
        `insert into resource (type, id, version, last_updated, patient_id, category, sensitivity, kinds, sort_date, content)
         values ('Encounter', $1, 1, now(), $2, 'encounter', 3, $3, '2009-01-01', $4)`,
        [id, patient, kinds, JSON.stringify({ class: { code }, period: { start: '2009-01-01', end } })],
      )
    }
    const care = await careOfPatients(at.database).of(['p1', 'p2', 'p3', 'p4', 'p5'])
    const told = Object.fromEntries([...care].map(([patient, { classes }]) => [patient, classes]))
    assert.deepEqual(told, {
      p1: ['outpatient'],
      p2: ['outpatient', 'inpatient'],
      p3: ['outpatient', 'psychiatric'],
      p4: ['inpatient'],
    })
    assert.equal(care.get('p2')!.lastEventMs, Date.parse('2012-05-01'))
  } finally {
    await at.drop()
  }
})
