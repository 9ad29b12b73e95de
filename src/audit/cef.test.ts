import assert from 'node:assert/strict'
import { test } from 'node:test'
import { auditEventOf } from './audit-event-of.ts'
import { cefOf, escapeExtension, escapeHeader } from './cef.ts'
import { sampleEntries } from './test-entries.ts'

const context = {
  sequence: 12,
  leafHash: 'aa'.repeat(32),
  origin: 'emr.hospital.example/ledger',
  publicUrl: 'https://emr.hospital.example',
}

// ArcSight, "Implementing ArcSight Common Event Format", rev. 25, character encoding.
const header: readonly (readonly [string, string])[] = [
  ['detected a | in message', 'detected a \\| in message'],
  ['detected a \\ in packet', 'detected a \\\\ in packet'],
  ['detected a = in message', 'detected a = in message'],
  ['two\r\nlines', 'two lines'],
]
for (const [text, escaped] of header) {
  test(`in the header ${JSON.stringify(text)} is written ${escaped}`, () => assert.equal(escapeHeader(text), escaped))
}

const extension: readonly (readonly [string, string])[] = [
  ['blocked a =', 'blocked a \\='],
  ['blocked a \\', 'blocked a \\\\'],
  ['blocked a |', 'blocked a |'],
  ['two\nlines\r', 'two\\nlines\\r'],
]
for (const [text, escaped] of extension) {
  test(`in an extension ${JSON.stringify(text)} is written ${escaped}`, () =>
    assert.equal(escapeExtension(text), escaped))
}

test('a refusal says who was refused what, why, from where, and where its proof is', () => {
  const { entry } = sampleEntries.find(({ name }) => name === 'a refusal')!
  const line = cefOf(auditEventOf(entry, context))
  assert.match(line, /^CEF:0\|Chartward\|Chartward\|[^|]+\|refusal\|Use refused\|7\|/)
  for (const part of [
    'externalId=12',
    'src=10.1.2.3',
    'suid=zhang-wei',
    'outcome=failure',
    'reason=no-care-relation',
    'cs1=p-1001 cs1Label=patient',
    'cs2=Observation/obs-7/_history/3 cs2Label=record',
    'cs3=TREAT cs3Label=purpose',
    `cs5=${context.leafHash} cs5Label=leafHash`,
  ]) {
    assert.ok(line.includes(part), part)
  }
})

test('every kind of entry has a line of its own, without a line break', () => {
  for (const { entry, followed, name } of sampleEntries) {
    const line = cefOf(auditEventOf(entry, { ...context, ...(followed && { followed }) }))
    assert.equal(line.split('|')[4], entry.kind, name)
    assert.doesNotMatch(line, /[\r\n]/)
  }
})

test('a name with every character that divides does not break out of its field', () => {
  const { entry } = sampleEntries[0]!
  const name = 'a|b=c\\d\ncs1=forged'
  const line = cefOf(auditEventOf({ ...entry, actor: { ...entry.actor, name } }, context))
  assert.ok(line.includes('suser=a|b\\=c\\\\d\\ncs1\\=forged'))
})
