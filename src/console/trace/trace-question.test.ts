import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressOf, filtersIn, questionOf } from './trace-question.ts'

test('filters come back from the address as they went, without the entry that is open', () => {
  const filters = filtersIn(new URLSearchParams('kind=refusal&person=dr-1&entry=99&unknown=x&patient=%20'))
  assert.deepEqual(filters, { kind: 'refusal', person: 'dr-1' })
  assert.equal(addressOf(filters).toString(), 'kind=refusal&person=dr-1')
})

test('days are asked as instants of the hospital, the last day whole', () => {
  assert.deepEqual(questionOf({ from: '2026-11-22', to: '2026-11-22', kind: 'search' }, 'Asia/Shanghai'), {
    kind: 'search',
    from: '2026-11-21T16:00:00.000Z',
    to: '2026-11-22T16:00:00.000Z',
  })
})

test('a day that is none is not asked', () => {
  assert.deepEqual(questionOf({ from: 'yesterday', to: '2026-13-45' }, 'Asia/Shanghai'), {})
})
