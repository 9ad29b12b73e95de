import assert from 'node:assert/strict'
import { test } from 'node:test'
import { absoluteDay } from '../time/hospital-time.ts'
import { addressOf, filtersIn, filtersOf, questionOf } from './trace-question.ts'

test('filters come back from the address as they went, without the entry that is open', () => {
  const filters = filtersIn(new URLSearchParams('kind=refusal&person=dr-1&entry=99&unknown=x&patient=%20'))
  assert.deepEqual(filters, { kind: 'refusal', person: 'dr-1' })
  assert.equal(addressOf(filters).toString(), 'kind=refusal&person=dr-1')
})

test('days are asked as instants of the hospital, the last day whole', () => {
  assert.deepEqual(questionOf({ from: '2026-11-22', to: '2026-11-22', kind: 'search' }, 'Asia/Shanghai'), {
    kind: 'search',
    from: '2026-11-21T16:00:00.000Z',
    to: '2026-11-22T15:59:59.999Z',
  })
})

test('a day that is none is not asked', () => {
  assert.deepEqual(questionOf({ from: 'yesterday', to: '2026-13-45' }, 'Asia/Shanghai'), {})
})

test('a receipt is a place in the ledger or in a spool, and a kept question comes back as it was asked', () => {
  assert.deepEqual(questionOf({ receipt: '12,345' }, 'Asia/Shanghai'), { sequence: 12_345 })
  assert.deepEqual(questionOf({ receipt: 'S0123456789abcdef-3' }, 'Asia/Shanghai'), {
    spoolReceipt: 'S0123456789abcdef-3',
  })
  assert.deepEqual(filtersIn(new URLSearchParams('sequence=7')), { receipt: '7' })
  const filters = { kind: 'refusal', outcome: '8', from: '2026-11-01', to: '2026-11-22', receipt: '9' }
  const day = (instant: string) => absoluteDay(Date.parse(instant), 'Asia/Shanghai')
  assert.deepEqual(filtersOf(questionOf(filters, 'Asia/Shanghai'), day), filters)
})
