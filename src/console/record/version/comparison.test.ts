import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '../fhir/element.ts'
import { compareVersions } from './comparison.ts'
import { chosenPair, readVersions } from './history.ts'

const section = (title: string, text: string): Json => ({ title, text: { div: `<div>${text}</div>` } })
const document = (sections: readonly Json[], extra: Json = {}): Json => ({
  resourceType: 'Composition',
  id: 'c',
  status: 'final',
  title: '首次病程记录',
  section: sections,
  ...extra,
})

test('a document is compared section by section', () => {
  const comparison = compareVersions(
    document([section('病例特点', '患者发热3天'), section('诊断', '肺炎'), section('旧节', '删')]),
    document([section('病例特点', '患者发热5天'), section('诊断', '肺炎'), section('计划', '抗感染')]),
  )
  assert.deepEqual(
    comparison.sections.map((change) => [change.title, change.kind]),
    [
      ['病例特点', 'changed'],
      ['诊断', 'same'],
      ['旧节', 'removed'],
      ['计划', 'added'],
    ],
  )
  assert.deepEqual(comparison.sections[0]!.fragments, [
    { kind: 'same', text: '患者发热' },
    { kind: 'removed', text: '3' },
    { kind: 'added', text: '5' },
    { kind: 'same', text: '天' },
  ])
  assert.equal(comparison.isSame, false)
})

test('data is compared field by field, and the version stamp is no change', () => {
  const base: Json = { resourceType: 'MedicationRequest', id: 'm', status: 'active', meta: { versionId: '1' } }
  const dosage = (text: string) => ({ dosageInstruction: [{ text }] })
  const comparison = compareVersions({ ...base, ...dosage('qd') }, { ...base, ...dosage('bid'), status: 'stopped' })
  assert.deepEqual(
    comparison.fields.map(({ path, before, after }) => [path, before, after]),
    [
      ['status', 'active', 'stopped'],
      ['dosageInstruction', 'qd', 'bid'],
    ],
  )
  assert.equal(compareVersions(base, { ...base, meta: { versionId: '2' } }).isSame, true)
})

test('a section withheld in one version is said to be, not told as deleted', () => {
  const comparison = compareVersions(
    document([section('性病史', '略')]),
    document([{ title: '性病史', emptyReason: { coding: [{ code: 'withheld' }] } }]),
  )
  assert.deepEqual(
    comparison.sections.map((change) => [change.kind, change.isWithheld, change.fragments]),
    [['same', true, []]],
  )
})

const stamped = (version: number): Json => ({
  resourceType: 'Composition',
  id: 'c',
  meta: { versionId: String(version) },
})

test('a history is newest first, and the address names the pair or the two newest are taken', () => {
  const versions = readVersions([stamped(1), stamped(3), stamped(2), { resourceType: 'Composition' }])
  const pair = (before: string | null, after: string | null) => {
    const chosen = chosenPair(versions, before, after)
    return [chosen?.before.version, chosen?.after.version]
  }
  assert.deepEqual(
    versions.map((version) => version.version),
    [3, 2, 1],
  )
  assert.deepEqual(pair(null, null), [2, 3])
  assert.deepEqual(pair('1', '3'), [1, 3])
  assert.deepEqual(pair('3', '1'), [3, 1])
  assert.deepEqual(pair('2', null), [2, 3])
  assert.deepEqual(pair('9', '8'), [2, 3])
  assert.equal(chosenPair(readVersions([stamped(1)]), null, null), undefined)
  assert.equal(chosenPair(versions, '2', '2'), undefined)
})
