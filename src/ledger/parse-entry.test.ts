import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EntryDraft } from './entry.ts'
import { parseEntry } from './parse-entry.ts'
import { sealEntry } from './seal-entry.ts'

const fullest: Required<EntryDraft> = {
  kind: 'permit',
  actor: {
    person: 'dr-1' as never,
    name: '王医生',
    roles: ['physician'],
    departments: ['icu'],
    onBehalfOf: 'dr-2' as never,
    application: 'app' as never,
    session: 's-1',
    assurance: 2,
    methods: ['pwd', 'otp'],
  },
  terminal: { address: '10.0.0.1', device: 'cart-7' },
  channel: 'console',
  action: 'view',
  purpose: 'TREAT',
  reason: { code: 'consult', text: '会诊' },
  patient: 'p-1' as never,
  record: { type: 'Observation', id: 'o-1', version: 3 },
  decision: { effect: 'permit', policies: ['care'], bundle: 'ab', epoch: 7 as never, code: 'none' },
  follows: 3 as never,
  digest: 'a'.repeat(64),
  outcome: 0,
  requestId: 'r-1',
  detail: { withheld: ['note'], count: 3 },
}
const sealed = sealEntry(fullest, Date.UTC(2026, 0, 1))

test('what is sealed reads back, with every field an entry can have', () => {
  const { v, id, recorded, nonce, ...draft } = parseEntry(sealed.body)
  assert.deepEqual(draft, fullest)
  assert.deepEqual({ v, id, recorded }, { v: 1, id: sealed.id, recorded: '2026-01-01T00:00:00.000Z' })
  assert.match(nonce, /^[A-Za-z0-9_-]{22}$/)
})

test('two entries of the same words have different bytes and ids', () => {
  const again = sealEntry(fullest, Date.UTC(2026, 0, 1))
  assert.notEqual(again.body, sealed.body)
  assert.notEqual(again.leafHash, sealed.leafHash)
  assert.notEqual(again.id, sealed.id)
})

test('what is not an entry of version 1 is unreadable', () => {
  const entry = JSON.parse(sealed.body) as Record<string, unknown>
  const broken: readonly unknown[] = [
    null,
    [],
    {},
    { ...entry, v: 2 },
    { ...entry, kind: 'gossip' },
    { ...entry, outcome: 1 },
    { ...entry, extra: true },
    { ...entry, id: 'not-a-uuid' },
    { ...entry, recorded: 'yesterday' },
    { ...entry, nonce: '' },
    { ...entry, follows: -1 },
    { ...entry, actor: { person: 7 } },
  ]
  for (const value of broken) {
    assert.throws(() => parseEntry(JSON.stringify(value)), { code: 'entry-unreadable' }, JSON.stringify(value))
  }
  assert.throws(() => parseEntry('{'), { code: 'entry-unreadable' })
})
