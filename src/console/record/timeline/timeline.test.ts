import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '../fhir/element.ts'
import { readEncounter } from '../fhir/encounter.ts'
import { gatherItems } from './gathering.ts'
import { groupByEncounter } from './grouping.ts'
import { type Drawn, firstAddress, holdingBack, horizonOf, type Source, sources, sourcesFor } from './stream.ts'

const observation = (id: string, at: string, extra: Json = {}): Json => ({
  resourceType: 'Observation',
  id,
  category: [{ coding: [{ code: 'vital-signs' }] }],
  code: { text: id },
  effectiveDateTime: at,
  valueQuantity: { value: 1, unit: 'x' },
  ...extra,
})

test('vital signs of one moment are one line; another moment is another', () => {
  const lines = gatherItems([
    observation('体温', '2026-11-22T06:00:00Z'),
    observation('脉搏', '2026-11-22T06:00:00Z'),
    observation('体温2', '2026-11-22T10:00:00Z'),
  ])
  assert.deepEqual(
    lines.map((line) => [line.title, line.members.length]),
    [
      ['体温2', 0],
      ['体温、脉搏', 2],
    ],
  )
  assert.equal(lines[1]!.detail, '体温 1 x · 脉搏 1 x')
})

test('values of a report stand under it and lend it their flags', () => {
  const lines = gatherItems([
    observation('钾', '2026-11-22T06:00:00Z', { interpretation: [{ coding: [{ code: 'HH' }] }] }),
    {
      resourceType: 'DiagnosticReport',
      id: 'r',
      code: { text: '电解质' },
      effectiveDateTime: '2026-11-22T06:00:00Z',
      result: [{ reference: 'Observation/钾' }, { reference: 'Observation/unloaded' }],
    },
  ])
  // 钾 is no FHIR id: a reference that cannot be read leaves the value on its own line rather than lose it.
  assert.equal(lines.length, 2)

  const read = gatherItems([
    { ...observation('k', '2026-11-22T06:00:00Z'), interpretation: [{ coding: [{ code: 'HH' }] }] },
    {
      resourceType: 'DiagnosticReport',
      id: 'r',
      code: { text: '电解质' },
      effectiveDateTime: '2026-11-22T06:00:00Z',
      result: [{ reference: 'Observation/k' }],
    },
  ])
  assert.deepEqual(
    read.map((line) => [line.key, line.abnormalCount]),
    [['DiagnosticReport/r', 1]],
  )
})

test('the same record loaded twice is one line', () => {
  assert.equal(gatherItems([observation('a', '2026-01-01'), observation('a', '2026-01-01')]).length, 1)
})

test('lines under their encounters, in the order of time, overlap told as it was', () => {
  const encounters = new Map(
    ['e1', 'e2'].map((id) => [id, readEncounter({ id, status: 'finished', class: { code: 'AMB' } })]),
  )
  const note = (id: string, at: string, encounter?: string): Json => ({
    resourceType: 'Composition',
    id,
    title: id,
    date: at,
    ...(encounter ? { encounter: { reference: `Encounter/${encounter}` } } : {}),
  })
  const items = gatherItems([
    note('a', '2026-01-04', 'e1'),
    note('b', '2026-01-03', 'e2'),
    note('c', '2026-01-02', 'e1'),
    note('d', '2026-01-01'),
    note('f', '2025-12-31', 'unknown'),
  ])
  assert.deepEqual(
    groupByEncounter(items, encounters).map((group) => [group.encounter?.id, group.items.map((item) => item.id)]),
    [
      ['e1', ['a']],
      ['e2', ['b']],
      ['e1', ['c']],
      [undefined, ['d', 'f']],
    ],
  )
})

const drawn = (type: string, days: readonly string[], next?: string): Drawn => ({
  source: sources.find((source) => source.type === type) as Source,
  resources: days.map((date, index) => ({ resourceType: 'Composition', id: `${type}${index}`, date })),
  next,
})

test('nothing is shown below the moment down to which every source has spoken', () => {
  const pages = [
    drawn('Composition', ['2026-03-10', '2026-03-01'], 'more'),
    drawn('Procedure', ['2026-02-01', '2026-01-01'], 'more'),
    drawn('Condition', ['2020-01-01']),
  ]
  assert.equal(new Date(horizonOf(pages)).toISOString().slice(0, 10), '2026-03-01')
  assert.deepEqual(
    holdingBack(pages).map((one) => one.source.type),
    ['Composition'],
  )
  assert.equal(horizonOf([drawn('Condition', ['2020-01-01'])]), Number.NEGATIVE_INFINITY)
})

test('a source that has more and gave nothing dated holds everything back', () => {
  assert.equal(horizonOf([drawn('Procedure', [], 'more')]), Number.POSITIVE_INFINITY)
})

test('a filter asks only the searches that can answer it', () => {
  const types = (kinds: Parameters<typeof sourcesFor>[0]['kinds']) =>
    sourcesFor({ kinds, encounter: undefined, until: undefined }).map((source) => source.type)
  assert.deepEqual(types(['document']), ['Composition'])
  assert.deepEqual(types(['imaging']), ['DiagnosticReport', 'ImagingStudy', 'Media'])
  assert.equal(types([]).length, sources.length)
})

test('the address of a source carries patient, order, day and encounter', () => {
  const source = sources.find((one) => one.type === 'MedicationRequest')!
  assert.equal(
    firstAddress(
      source,
      'p1',
      { kinds: [], encounter: 'e1', until: '2026-11-22' },
      { count: 40, before: '2026-11-22T16:00:00.000Z' },
    ),
    'MedicationRequest?patient=p1&_sort=-authoredon&_count=40&authoredon=lt2026-11-22T16%3A00%3A00.000Z&encounter=e1',
  )
})

test('vital signs alone are asked for as such, not sifted out of laboratory values', () => {
  const source = sources.find((one) => one.type === 'Observation')!
  const address = (kinds: Parameters<typeof sourcesFor>[0]['kinds']) =>
    firstAddress(source, 'p1', { kinds, encounter: undefined, until: undefined }, { count: 40, before: undefined })
  assert.match(address(['vital']), /&category=vital-signs$/)
  assert.doesNotMatch(address(['vital', 'result']), /category/)
  assert.doesNotMatch(address([]), /category/)
})
