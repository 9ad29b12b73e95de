import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LedgerSequence } from '../kernel/index.ts'
import type { Receipt } from '../ledger/index.ts'
import { markWithReceipt, receiptOf } from './receipt-mark.ts'

const receipt = (sequence: number): Receipt => ({
  sequence: sequence as LedgerSequence,
  leafHash: '00',
  recorded: '2026-01-01T00:00:00.000Z',
})

const stored = [
  [
    'as the store writes it',
    '{"resourceType":"Patient","id":"p1","meta":{"versionId":"3","lastUpdated":"2026-01-01T00:00:00.000Z"},"active":true}',
  ],
  ['with an empty meta', '{"resourceType":"Patient","id":"p1","meta":{},"active":true}'],
  [
    'with tags of its own',
    '{"resourceType":"Patient","id":"p1","meta":{"versionId":"3","tag":[{"system":"urn:x","code":"a"}]},"active":true}',
  ],
  [
    'with a tag inside a contained resource',
    '{"resourceType":"Patient","id":"p1","meta":{"versionId":"3"},"contained":[{"resourceType":"Basic","meta":{"tag":[{"code":"z"}]}}]}',
  ],
  ['in another order', '{"id":"p1","resourceType":"Patient","text":{"div":"\\"meta\\":{"}}'],
] as const

for (const [name, content] of stored) {
  test(`a resource ${name} carries its receipt and loses nothing`, () => {
    const marked = JSON.parse(markWithReceipt(content, receipt(42)))
    assert.equal(receiptOf(marked), 42)
    const { meta, ...rest } = marked
    const { meta: before, ...original } = JSON.parse(content)
    assert.deepEqual(rest, original)
    for (const tag of before?.tag ?? []) assert.ok(meta.tag.some((kept: { code: string }) => kept.code === tag.code))
  })
}

test('the receipt of an earlier use is replaced, not kept beside', () => {
  const twice = JSON.parse(markWithReceipt(markWithReceipt(stored[0][1], receipt(1)), receipt(2)))
  assert.equal(twice.meta.tag.length, 1)
  assert.equal(receiptOf(twice), 2)
})

test('a tag that is not a number is no receipt', () => {
  assert.equal(
    receiptOf({ meta: { tag: [{ system: 'https://chartward.org/fhir/CodeSystem/receipt', code: '1; drop' }] } }),
    undefined,
  )
})
