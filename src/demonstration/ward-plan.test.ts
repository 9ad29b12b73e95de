import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateHospital, parameters } from './index.ts'
import { slotAt } from './ward-plan.ts'
import { makeWorld } from './world.ts'

const endsAt = Date.parse('2026-11-22T10:00:00+08:00')

for (const patients of [10, 997, 1_000_000]) {
  test(`${patients} patients: every admission has a window of a lane for itself`, () => {
    const world = makeWorld(parameters, { patients, endsAt })
    const taken = new Set<string>()
    for (let slot = 0; slot < world.admissions; slot++) {
      const { ward, laneInWard, window, department } = slotAt(world.departments, slot, parameters)
      assert.ok(laneInWard < ward.lanes.length && (window + 1) * department.windowDays <= parameters.spanDays)
      taken.add(`${ward.id}/${laneInWard}/${window}`)
    }
    assert.equal(taken.size, world.admissions)
  })

  test(`${patients} patients: fates are dealt once each, and can be traced back`, () => {
    const world = makeWorld(parameters, { patients, endsAt })
    for (let index = 0; index < Math.min(patients, 5000); index++) {
      assert.equal(world.patientOf(world.fateOf(index)), index)
    }
  })
}

test('the smallest hospital is whole: it can be told, and has its people', () => {
  const hospital = generateHospital(parameters, { patients: 10, endsAt })
  const records = [...hospital.records()]
  assert.equal(records.filter((record) => record.resourceType === 'Patient').length, 10)
  assert.ok((hospital.directory.people?.length ?? 0) > 400)
})

test('patients bound to a rotation lie in its department now, under its supervisor', () => {
  const hospital = generateHospital(parameters, { patients: 2000, endsAt })
  const wanted = new Map<string, { department: string; supervisor: string }>()
  for (const rotation of hospital.directory.rotations ?? []) {
    for (const patient of rotation.cases ?? []) {
      wanted.set(patient, { department: rotation.department, supervisor: rotation.supervisor })
    }
  }
  assert.ok(wanted.size > 20)
  let found = 0
  for (const record of hospital.records()) {
    if (record.resourceType !== 'Encounter' || record.status !== 'in-progress') continue
    const text = JSON.stringify(record)
    const patient = /"Patient\/([^"]+)"/.exec(text)?.[1] ?? ''
    const expected = wanted.get(patient)
    if (!expected) continue
    assert.ok(text.includes(`Organization/${expected.department}`), patient)
    assert.ok(text.includes(`Practitioner/${expected.supervisor}`), patient)
    found++
  }
  assert.equal(found, wanted.size)
})

test('nobody has two shifts of a kind in a place at a time, and none outside the post', () => {
  const { directory } = generateHospital(parameters, { patients: 500, endsAt })
  const posts = new Map((directory.posts ?? []).map((post) => [post.person as string, post]))
  const last = new Map<string, number>()
  for (const roster of directory.rosters ?? []) {
    const key = `${roster.person}/${roster.department}/${roster.kind}`
    assert.ok((last.get(key) ?? 0) <= roster.from, key)
    last.set(key, roster.until)
    const post = posts.get(roster.person)!
    assert.ok(post.from <= roster.from && roster.until <= post.until)
  }
})
