import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type InputIssue, InvalidInput } from '../kernel/index.ts'
import { parseSearch } from './parse-search.ts'

function issuesOf(text: string): readonly InputIssue[] {
  const [type = '', parameters = ''] = text.split(/\?(.*)/s)
  try {
    parseSearch(type || undefined, new URLSearchParams(parameters), { strict: true })
  } catch (error) {
    assert.ok(error instanceof InvalidInput)
    for (const issue of error.issues) assert.ok(issue.zh !== '' && issue.en !== '' && issue.zh !== issue.en)
    return error.issues
  }
  return []
}

const refused: readonly (readonly [query: string, field: string, rule: string])[] = [
  ['Nothing?', 'type', 'unknown-type'],
  ['constructor?', 'type', 'unknown-type'],
  ['?name=x', '_type', 'type-list'],
  ['?_type=Patient,Nobody', '_type', 'unknown-type'],
  ['Patient?nmae=x', 'nmae', 'unknown-parameter'],
  ['Patient?__proto__=x', '__proto__', 'unknown-parameter'],
  ['Patient?_content=x', '_content', 'unknown-parameter'],
  ['Patient?_filter=x', '_filter', 'unknown-parameter'],
  ['Observation?component-code-value-quantity=a$1', 'component-code-value-quantity', 'unsupported-parameter'],
  ['Observation?code-value-quantity=a', 'code-value-quantity', 'value-composite'],
  ['Observation?code-value-quantity=a$b', 'code-value-quantity', 'value-quantity'],
  ['Observation?code-value-quantity:not=a$1', 'code-value-quantity:not', 'unknown-modifier'],
  ['?_type=Patient,Observation&code=x', 'code', 'unknown-parameter'],
  ['Patient?name:startswith=x', 'name:startswith', 'unknown-modifier'],
  ['Patient?name:not=x', 'name:not', 'unknown-modifier'],
  ['Patient?birthdate:exact=2020', 'birthdate:exact', 'unknown-modifier'],
  ['Patient?gender:text=x', 'gender:text', 'unknown-modifier'],
  ['Patient?gender:exact=x', 'gender:exact', 'unknown-modifier'],
  ['Patient?_id:missing=true', '_id:missing', 'unknown-modifier'],
  ['Observation?subject:Medication=1', 'subject:Medication', 'unknown-modifier'],
  ['Patient?name=', 'name', 'value-empty'],
  ['Patient?name=a,,b', 'name', 'value-empty'],
  ['Patient?gender:missing=maybe', 'gender:missing', 'value-boolean'],
  ['Patient?birthdate=1970-13-01', 'birthdate', 'value-date'],
  ['Patient?birthdate=1970-02-30', 'birthdate', 'value-date'],
  ['Patient?birthdate=xx1970', 'birthdate', 'value-date'],
  ['Patient?birthdate=yesterday', 'birthdate', 'value-date'],
  ['Patient?_lastUpdated=2020-01-01T25:00:00Z', '_lastUpdated', 'value-date'],
  ['Observation?value-quantity=much', 'value-quantity', 'value-quantity'],
  ['Observation?value-quantity=5|mg', 'value-quantity', 'value-quantity'],
  ['RiskAssessment?probability=NaN', 'probability', 'value-number'],
  ['RiskAssessment?probability=1e9999', 'probability', 'value-number'],
  ['Observation?subject=Medication/1', 'subject', 'reference-type'],
  ['Observation?subject:Patient=Group/1', 'subject:Patient', 'reference-type'],
  ['Observation?subject=a b', 'subject', 'value-reference'],
  ['Patient?identifier=|', 'identifier', 'value-token'],
  ['Patient?_id=a/b', '_id', 'value-id'],
  ['Observation?subject.name=x', 'subject.name', 'chain-ambiguous'],
  ['Observation?subject:Medication.code=x', 'subject:Medication.code', 'reference-type'],
  ['Observation?code.name=x', 'code.name', 'chain-not-possible'],
  ['Observation?patient.nmae=x', 'patient.nmae', 'unknown-parameter'],
  ['Observation?patient.organization.name=x', 'patient.organization.name', 'chain-too-deep'],
  ['Patient?_has:Observation:patient=x', '_has:Observation:patient', 'has-form'],
  ['Patient?_has:Observation:code:status=x', '_has:Observation:code:status', 'unknown-parameter'],
  ['Patient?_has:Observation:encounter:status=x', '_has:Observation:encounter:status', 'reference-type'],
  ['Patient?_has:Observation:patient:_has:A:b:c=x', '_has:Observation:patient:_has:A:b:c', 'chain-too-deep'],
  ['Patient?_count=-1', '_count', 'count-range'],
  ['Patient?_count=1001', '_count', 'count-range'],
  ['Patient?_count=ten', '_count', 'count-range'],
  ['Patient?_sort=nmae', '_sort', 'unknown-sort'],
  ['Patient?_sort=-organization', '_sort', 'unknown-sort'],
  ['Patient?_sort=name&_sort=birthdate', '_sort', 'given-twice'],
  ['Patient?_summary=short', '_summary', 'value-choice'],
  ['Patient?_total=some', '_total', 'value-choice'],
  ['Patient?_elements=name;drop', '_elements', 'unknown-element'],
  ['Patient?_include=Observation:subject', '_include', 'unknown-include'],
  ['Patient?_include=Patient:name', '_include', 'unknown-include'],
  ['Patient?_include=Patient:organization:Practitioner', '_include', 'unknown-include'],
  ['Patient?_include:foo=Patient:organization', '_include:foo', 'unknown-modifier'],
  ['Patient?_revinclude=Observation:encounter', '_revinclude', 'unknown-include'],
  ['Patient?_revinclude=Nobody:subject', '_revinclude', 'unknown-include'],
  ['Patient?_include=Patient:link&_summary=text', '_summary', 'summary-with-include'],
  [`Patient?name=${'x'.repeat(20_001)}`, 'name', 'too-long'],
  [`Patient?${'name=x&'.repeat(61)}`, '', 'too-many'],
]
for (const [query, field, rule] of refused) {
  test(`${query.slice(0, 80)} is refused: ${rule}`, () => {
    assert.deepEqual(
      issuesOf(query).map((issue) => [issue.field, issue.rule]),
      [[field, rule]],
    )
  })
}

test('every wrong parameter is named, not only the first', () => {
  const issues = issuesOf('Patient?nmae=x&birthdate=x&_count=x&gender:foo=x')
  assert.deepEqual(issues.map((issue) => issue.field).sort(), ['_count', 'birthdate', 'gender:foo', 'nmae'])
})

test('lenient handling leaves out unknown parameters, names them, and still refuses wrong values', () => {
  const lenient = (text: string) => parseSearch('Patient', new URLSearchParams(text), { strict: false })
  const query = lenient('nmae=x&gender=male')
  assert.deepEqual(query.ignored, ['nmae'])
  assert.deepEqual(query.parameters, [{ name: 'gender', values: ['male'] }])
  assert.throws(() => lenient('birthdate=x'), { code: 'invalid-input' })
  assert.throws(() => lenient('gender:foo=x'), { code: 'invalid-input' })
})

test('a search is read into its terms', () => {
  const query = parseSearch(
    'Observation',
    new URLSearchParams(
      'code=a\\,b,c&subject:Patient.name:exact=x&_sort=-date,_id&_count=7&_elements=code,status&_include:iterate=Observation:subject:Patient&_format=json&_cursor=q',
    ),
    { strict: true },
  )
  assert.deepEqual(query, {
    types: ['Observation'],
    parameters: [
      { name: 'code', values: ['a\\,b', 'c'] },
      {
        name: 'subject',
        values: [],
        chain: { type: 'Patient', parameter: { name: 'name', modifier: 'exact', values: ['x'] } },
      },
    ],
    includes: [
      { direction: 'include', sourceType: 'Observation', parameter: 'subject', targetType: 'Patient', iterate: true },
    ],
    sort: [
      { parameter: 'date', descending: true },
      { parameter: '_id', descending: false },
    ],
    count: 7,
    total: 'none',
    summary: 'false',
    elements: ['code', 'status'],
    cursor: 'q',
  })
})
