import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '../fhir/element.ts'
import { readObservation } from '../fhir/observation.ts'
import { readReport } from '../fhir/report.ts'
import { escapeHtml, extentOf, trendOption } from './chart-option.ts'
import { looseSheets, panelsOf, previousOf } from './panel.ts'
import { chartsOf, trendOf } from './trend.ts'

const potassium = (id: string, at: string, value: number, unit = 'mmol/L') =>
  readObservation({
    resourceType: 'Observation',
    id,
    code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }], text: '钾' },
    effectiveDateTime: at,
    valueQuantity: { value, unit },
    referenceRange: [{ low: { value: 3.5 }, high: { value: 5.3 } }],
  })
const report = (id: string, name: string, at: string, results: readonly string[]): Json => ({
  id,
  code: { text: name },
  effectiveDateTime: at,
  result: results.map((result) => ({ reference: `Observation/${result}` })),
})

test('reports of one name are one panel, newest first, and what came before is found', () => {
  const observations = new Map(
    [potassium('a', '2026-11-20', 3.1), potassium('b', '2026-11-22', 4.2)].map((one) => [one.id, one]),
  )
  const reports = [
    report('1', '电解质', '2026-11-20', ['a']),
    report('2', '电解质', '2026-11-22', ['b']),
    report('3', '胸部CT', '2026-11-22', []),
  ].map(readReport)
  const panels = panelsOf(reports, observations)
  assert.deepEqual(
    panels.map((panel) => [panel.name, panel.sheets.map((sheet) => sheet.report?.id)]),
    [['电解质', ['2', '1']]],
  )
  assert.equal(previousOf(panels[0]!, 0, panels[0]!.sheets[0]!.rows[0]!)?.id, 'a')
  assert.equal(previousOf(panels[0]!, 1, panels[0]!.sheets[1]!.rows[0]!), undefined)
  assert.deepEqual(looseSheets([...observations.values()], reports), [])
})

test('a trend never joins values of different units', () => {
  const lines = trendOf([
    potassium('a', '2026-11-22', 4.2),
    potassium('b', '2026-11-20', 3.1),
    potassium('c', '2026-11-21', 16.4, 'mg/dL'),
  ])
  assert.deepEqual(
    lines.map((line) => [line.unit, line.points.map((point) => point.id)]),
    [
      ['mmol/L', ['b', 'a']],
      ['mg/dL', ['c']],
    ],
  )
  assert.deepEqual(
    chartsOf(lines).map((chart) => chart[0]?.unit),
    ['mmol/L', 'mg/dL'],
  )
  assert.equal(lines[0]!.points[0]!.flag, 'low')
})

test('components are lines of their own on one chart', () => {
  const pressure = readObservation({
    code: { text: '血压' },
    effectiveDateTime: '2026-11-22T06:00:00Z',
    component: [
      { code: { text: '收缩压' }, valueQuantity: { value: 142, unit: 'mmHg' } },
      { code: { text: '舒张压' }, valueQuantity: { value: 88, unit: 'mmHg' } },
    ],
  })
  const charts = chartsOf(trendOf([pressure]))
  assert.deepEqual(
    charts.map((chart) => chart.map((line) => line.name)),
    [['收缩压', '舒张压']],
  )
})

const ink = { ink: '1', inkSoft: '2', line: '3', sheet: '4', action: '5', actionSoft: '6', attention: '7', sans: 's' }
const words = { reference: '参考', dateTime: String, axisDate: String }

test('out of range differs by shape and turn, not by colour alone', () => {
  const option = trendOption(trendOf([potassium('a', '2026-11-22', 6), potassium('b', '2026-11-20', 3)]), ink, words)
  const [series] = option.series as { data: { symbol: string; symbolRotate: number }[]; markArea: unknown }[]
  assert.deepEqual(
    series!.data.map((point) => [point.symbol, point.symbolRotate]),
    [
      ['triangle', 180],
      ['triangle', 0],
    ],
  )
  assert.ok(series!.markArea)
})

test('the axis has room for the reference band', () => {
  const extent = extentOf(trendOf([potassium('a', '2026-11-22', 4), potassium('b', '2026-11-20', 4)]))
  assert.ok(extent.min! <= 3.5 && extent.max! >= 5.3)
})

test('names from a record are text in the tooltip, never markup', () => {
  assert.equal(escapeHtml('<img onerror=x>'), '&#60;img onerror=x&#62;')
})
