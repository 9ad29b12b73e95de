import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FhirFault } from './errors.ts'
import { isNotModified, readConditions, readPreference, readPresentation, readPurpose } from './preference.ts'
import { readQueryText, writeQueryText } from './query-text.ts'

function codeOf(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    if (error instanceof FhirFault) return error.code
    throw error
  }
}

test('the format is negotiated, and only JSON is offered', () => {
  const fhir = 'application/fhir+json; charset=utf-8'
  const plain = 'application/json; charset=utf-8'
  const cases: readonly [string | undefined, string, string][] = [
    [undefined, '', fhir],
    ['*/*', '', fhir],
    ['application/json', '', plain],
    ['application/fhir+xml, application/fhir+json;q=0.5', '', fhir],
    ['application/fhir+json;q=0.5, application/json', '', plain],
    ['application/fhir+json; fhirVersion=4.0', '', fhir],
    ['application/fhir+json; fhirVersion=3.0', '', 'format-not-acceptable'],
    ['application/fhir+xml', '', 'format-not-acceptable'],
    ['text/html', '', 'format-not-acceptable'],
    ['application/json;q=0', '', 'format-not-acceptable'],
    ['application/fhir+xml', '_format=json', fhir],
    ['*/*', '_format=application/fhir+json', fhir],
    ['*/*', '_format=application%2Fjson', plain],
    ['*/*', '_format=xml', 'format-not-acceptable'],
    ['*/*', '_format=ttl', 'format-not-acceptable'],
  ]
  for (const [accept, query, expected] of cases) {
    const headers = accept === undefined ? {} : { accept }
    const result = codeOf(() => readPresentation(headers, readQueryText(query)).mediaType)
    assert.equal(result, expected, `${accept} ${query}`)
  }
})

test('Prefer is read, and what is not understood is passed over', () => {
  assert.deepEqual(readPreference(undefined), { return: 'representation', handling: 'strict' })
  assert.deepEqual(readPreference('return=minimal, handling=lenient'), { return: 'minimal', handling: 'lenient' })
  assert.deepEqual(readPreference('return=OperationOutcome; handling="lenient"'), {
    return: 'OperationOutcome',
    handling: 'lenient',
  })
  assert.deepEqual(readPreference('respond-async, return=everything'), { return: 'representation', handling: 'strict' })
})

test('versions stand in weak tags; a tag of no version matches none', () => {
  assert.equal(readConditions({ ifMatch: 'W/"3"' }).ifMatch, 3)
  assert.equal(readConditions({ ifMatch: '"3"' }).ifMatch, 3)
  assert.equal(readConditions({ ifMatch: 'W/"3a"' }).ifMatch, 0)
  for (const bad of ['', '*', 'W/""', 'W/"1", W/"2"']) {
    assert.equal(
      codeOf(() => readConditions({ ifMatch: bad })),
      'header-invalid',
      bad,
    )
  }
})

test('a copy the caller already holds is not sent again', () => {
  const record = { version: 3, lastUpdated: '2026-03-01T08:00:00.750Z' }
  const cases: readonly [Parameters<typeof readConditions>[0], boolean][] = [
    [{}, false],
    [{ ifNoneMatch: 'W/"3"' }, true],
    [{ ifNoneMatch: 'W/"2", W/"3"' }, true],
    [{ ifNoneMatch: 'W/"2"' }, false],
    [{ ifNoneMatch: '*' }, true],
    [{ ifModifiedSince: 'Sun, 01 Mar 2026 08:00:00 GMT' }, true],
    [{ ifModifiedSince: 'Sun, 01 Mar 2026 07:59:59 GMT' }, false],
    [{ ifModifiedSince: 'yesterday' }, false],
    [{ ifNoneMatch: 'W/"2"', ifModifiedSince: 'Sun, 01 Mar 2026 09:00:00 GMT' }, false],
  ]
  for (const [stated, expected] of cases) {
    assert.equal(isNotModified(readConditions(stated), record), expected, JSON.stringify(stated))
  }
})

test('a purpose is one of the known codes, with or without its system', () => {
  assert.equal(readPurpose(undefined), undefined)
  assert.equal(readPurpose('  '), undefined)
  assert.equal(readPurpose('TREAT'), 'TREAT')
  assert.equal(readPurpose('http://terminology.hl7.org/CodeSystem/v3-ActReason|ETREAT'), 'ETREAT')
  assert.equal(readPurpose('https://chartward.org/fhir/CodeSystem/purpose-of-use|EDU'), 'EDU')
  for (const bad of ['treat', 'CURIOSITY', 'TREAT,ETREAT', 'http://other|TREAT', 'a|b|TREAT', '诊疗']) {
    assert.equal(
      codeOf(() => readPurpose(bad)),
      'purpose-unknown',
      bad,
    )
  }
})

test('a query is decoded strictly and written back', () => {
  assert.deepEqual(readQueryText('name=%E7%8E%8B+%E5%B0%8F&&x&y='), [
    ['name', '王 小'],
    ['x', ''],
    ['y', ''],
  ])
  for (const bad of ['a=%zz', 'a=%E7%8E', 'a=%00', '%=1', 'a=%C0%AF', 'a=%ED%A0%80']) {
    assert.equal(
      codeOf(() => readQueryText(bad)),
      'path-not-fhir',
      bad,
    )
  }
  assert.equal(
    codeOf(() => readQueryText(Array.from({ length: 201 }, () => 'a=1').join('&'))),
    'path-not-fhir',
  )
  const pairs = [['code', 'http://loinc.org|1234-5,x&y'] as const, ['姓名', '王'] as const]
  assert.deepEqual(readQueryText(writeQueryText(pairs)), pairs)
})
