import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FhirResource } from './fhir.ts'
import { loadRecords } from './load-records.ts'
import { openTestStore, type TestStore } from './test-store.ts'

let at: TestStore
before(async () => {
  at = await openTestStore()
})
after(() => at.close())

function* hospital(patients: number): Generator<FhirResource> {
  yield { resourceType: 'Organization', id: 'psy', name: '精神科' }
  for (let n = 0; n < patients; n++) {
    const subject = { reference: `Patient/l${n}` }
    yield { resourceType: 'Patient', id: `l${n}`, name: [{ text: `李${n}\t"\\N"\n` }], gender: 'female' }
    yield {
      resourceType: 'Encounter',
      id: `le${n}`,
      status: 'finished',
      class: { code: 'AMB' },
      subject,
      serviceProvider: { reference: 'Organization/psy' },
    }
    yield {
      resourceType: 'Observation',
      id: `lo${n}`,
      meta: { lastUpdated: '2025-05-05T05:05:05Z' },
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
      subject,
      encounter: { reference: `Encounter/le${n}` },
      valueQuantity: { value: n },
      effectiveDateTime: '2025-05-05',
    }
  }
}

test('a load keeps what single writes would have kept, and is found the same way', async () => {
  const seen: number[] = []
  const report = await loadRecords(at.database, hospital(40), {
    batchSize: 25,
    at: Date.UTC(2026, 0, 1),
    onProgress: (loaded) => seen.push(loaded),
  })
  assert.equal(report.loaded, 121)
  assert.deepEqual(seen.at(-1), 121)
  assert.deepEqual(await at.find('Patient?name=李7'), ['l7'])
  assert.deepEqual(await at.find('Observation?patient=l7&value-quantity=7&date=2025-05'), ['lo7'])
  const facts = await at.store.describe('Observation', 'lo7')
  assert.ok(facts && facts !== 'deleted')
  assert.deepEqual([facts.patient, facts.department, facts.version, facts.label.kinds], ['l7', 'psy', 1, ['PSY']])
  const read = await at.store.read(await at.recordPermit('Patient', 'l7', 1))
  assert.ok(read && read !== 'changed')
  assert.equal(JSON.parse(read.content).name[0].text, '李7\t"\\N"\n')
  const observation = await at.store.read(await at.recordPermit('Observation', 'lo7'))
  assert.ok(observation && observation !== 'changed' && observation.lastUpdated === '2025-05-05T05:05:05.000Z')
  const history = await at.store.history(
    await at.recordPermit('Patient', 'l7'),
    { type: 'Patient', id: 'l7', count: 5 },
    () => true,
  )
  assert.equal(history.total, 1)
})

test('one row by loading and one by writing are the same row', async () => {
  const [, patient] = [...hospital(1)]
  await at.put({ ...patient!, id: 'single' })
  const rowOf = async (id: string) => {
    const [row] = await at.database.query<{ content: string }>(
      `select category, sensitivity, kinds, has_parts, tokens, present, content from resource where id = $1`,
      [id],
    )
    return { ...row, content: Object.keys(JSON.parse(row!.content)) }
  }
  assert.deepEqual(await rowOf('single'), await rowOf('l0'))
})

test('a load into a transaction falls with it, and a record that is there already stops a load', async () => {
  await assert.rejects(
    at.database.transaction(async (tx) => {
      await loadRecords(tx, [{ resourceType: 'Patient', id: 'gone' }])
      throw new Error('no')
    }),
    /no/,
  )
  assert.equal(await at.store.describe('Patient', 'gone'), undefined)
  await assert.rejects(loadRecords(at.database, [{ resourceType: 'Patient', id: 'l1' }]), { code: '23505' })
})
