import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalJson } from '../crypto/index.ts'
import { type EntryDraft, entryKinds, parseEntry } from '../ledger/index.ts'
import { sealEntry } from '../ledger/seal-entry.ts'
import { bundleOf } from './bundle.ts'
import { type EntryFacts, flag, readFacts } from './entry-facts.ts'
import { entryReader } from './entry-reader.ts'

const read = entryReader()
const factsOf = (body: string | Uint8Array): EntryFacts => readFacts(bundleOf([Buffer.from(body)]), read)
const flagsOf = (body: string | Uint8Array) => factsOf(body).flags[0]!

const anyDraft: fc.Arbitrary<EntryDraft> = fc.record(
  {
    kind: fc.constantFrom(...entryKinds),
    outcome: fc.constantFrom(0 as const, 4 as const, 8 as const, 12 as const),
    follows: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    digest: fc.constant('a'.repeat(64)),
    requestId: fc.string({ unit: 'binary' }),
    patient: fc.string({ unit: 'grapheme' }),
    actor: fc.record({ person: fc.string({ unit: 'binary' }), roles: fc.array(fc.string()) }, { requiredKeys: [] }),
    decision: fc.record(
      {
        effect: fc.constantFrom('permit', 'deny'),
        policies: fc.array(fc.string({ unit: 'grapheme' })),
        bundle: fc.string(),
        epoch: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
        code: fc.string(),
      },
      { requiredKeys: ['effect', 'policies', 'bundle', 'epoch'] },
    ),
    detail: fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()),
  },
  { requiredKeys: ['kind', 'outcome'] },
) as unknown as fc.Arbitrary<EntryDraft>

test('facts are what the entry says, whatever it says', () => {
  const time = fc.integer({ min: Date.UTC(1999, 0), max: Date.UTC(2099, 11) })
  const property = fc.property(anyDraft, time, fc.boolean(), (draft, nowMs, raises) => {
    const sealed = sealEntry(draft, nowMs, raises ? { raisesEpoch: true } : {})
    const entry = parseEntry(sealed.body)
    const facts = factsOf(sealed.body)
    assert.equal(entryKinds[facts.kind[0]!], entry.kind)
    assert.equal(facts.recorded[0], nowMs)
    assert.equal(facts.follows[0], entry.follows ?? -1)
    assert.equal(facts.epoch[0], entry.decision?.epoch ?? -1)
    assert.equal(facts.idEnd[0], Number.parseInt(entry.id.slice(-14).replace('-', ''), 16))
    const speaks = ['event', 'spool', 'heals', 'logs'].some((name) => Object.hasOwn(entry.detail ?? {}, name))
    const expected =
      (raises ? flag.raisesEpoch : 0) |
      (entry.decision?.effect === 'permit' ? flag.permits : 0) |
      (entry.decision?.effect === 'deny' ? flag.denies : 0) |
      (speaks ? flag.speaks : 0)
    assert.equal(facts.flags[0], expected)
  })
  fc.assert(property, { numRuns: 800 })
})

const good = sealEntry(
  { kind: 'permit', outcome: 0, requestId: '申请\n"1"', detail: { a: [1.5e-7, -0.25, true, null] } },
  1e12,
).body

test('what JSON.parse refuses, it refuses; what it takes for something else is never taken for the same', () => {
  assert.equal(flagsOf(good), 0)
  const change = fc.tuple(fc.integer({ min: 0, max: good.length - 1 }), fc.integer({ min: 0, max: 255 }))
  const property = fc.property(change, ([at, byte]) => {
    const bytes = Buffer.from(good)
    bytes[at] = byte
    let value: unknown
    try {
      value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
    } catch {
      assert.equal(flagsOf(bytes), flag.unreadable)
      return
    }
    const facts = factsOf(bytes)
    const isKnown = facts.flags[0] === 0
    if (!isKnown) return
    const entry = value as { kind: string; recorded: string; follows?: number }
    assert.equal(entryKinds[facts.kind[0]!], entry.kind)
    assert.equal(facts.recorded[0], Date.parse(entry.recorded))
    assert.equal(facts.follows[0], entry.follows ?? -1)
  })
  fc.assert(property, { numRuns: 2000 })
})

const replaced = (from: string, to: string) => {
  assert.ok(good.includes(from), from)
  return good.replace(from, to)
}
const others: readonly (readonly [string, string, number])[] = [
  ['nothing', '', flag.unreadable],
  ['a field that version 1 does not have', replaced('"id":', '"idea":1,"id":'), flag.unknown],
  ['a field twice', replaced('"kind":"permit"', '"kind":"permit","kind":"release"'), flag.unknown],
  ['fields out of order', replaced('"outcome":0,', '').replace('"v":1', '"v":1,"outcome":0'), flag.unknown],
  ['a kind from a later version', replaced('"permit"', '"prophecy"'), flag.unknown],
  ['another version', replaced('"v":1', '"v":2'), flag.unknown],
  ['no kind', replaced('"kind":"permit",', ''), flag.unknown],
  ['no time', good.replace(/"recorded":"[^"]*",/, ''), flag.unknown],
  [
    'a day that does not exist',
    good.replace(/"recorded":"[^"]*"/, '"recorded":"2026-02-30T00:00:00.000Z"'),
    flag.unreadable,
  ],
  [
    'an hour that does not exist',
    good.replace(/"recorded":"[^"]*"/, '"recorded":"2026-02-03T24:00:00.000Z"'),
    flag.unreadable,
  ],
  [
    'a time without milliseconds',
    good.replace(/"recorded":"[^"]*"/, '"recorded":"2026-02-03T04:00:00Z"'),
    flag.unreadable,
  ],
  ['a negative place', replaced('"id":', '"follows":-1,"id":'), flag.unreadable],
  ['a place beyond 2^53', replaced('"id":', '"follows":9007199254740993,"id":'), flag.unreadable],
  ['a place with a leading zero', replaced('"id":', '"follows":07,"id":'), flag.unreadable],
  [
    'an epoch that is no number',
    replaced('"detail":', '"decision":{"bundle":"","effect":"permit","epoch":"1","policies":[]},"detail":'),
    flag.unreadable,
  ],
  [
    'an effect that is none',
    replaced('"detail":', '"decision":{"bundle":"","effect":"maybe","epoch":1,"policies":[]},"detail":'),
    flag.unreadable,
  ],
  ['more after its end', `${good} `, flag.unreadable],
  ['a comma too many', replaced('"v":1', '"v":1,'), flag.unreadable],
  ['a brace too few', good.slice(0, -1), flag.unreadable],
  ['nesting beyond reason', replaced('[1.5e-7', `[${'['.repeat(100)}${']'.repeat(100)},1.5e-7`), flag.unreadable],
]
for (const [what, body, expected] of others) {
  test(`an entry with ${what} is told apart`, () => assert.equal(flagsOf(body), expected))
}

for (const [what, bytes] of [
  ['an overlong form', [0xc0, 0xaf]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['a character above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
  ['a cut-off character', [0xe7, 0x94]],
  ['a control character', [0x1f]],
] as const) {
  test(`${what} within a text is unreadable`, () => {
    const [before, behind] = good.split('申请') as [string, string]
    assert.equal(
      flagsOf(Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(behind)])),
      flag.unreadable,
    )
  })
}

test('canonical JSON of an entry is what it reads', () => {
  assert.equal(canonicalJson(JSON.parse(good)), good)
})
