import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCheckpoint } from './checkpoint.ts'
import { ecdsaP256 } from './ecdsa-p256.ts'
import { followSuccessions, reigningAt, signSuccession, successionText, verifySuccession } from './key-succession.ts'
import { leafHash } from './merkle.ts'
import type { SignatureScheme } from './signature-scheme.ts'
import { noteSigner, signNote } from './signed-note.ts'
import { guomi, international } from './suite.ts'

const log = 'chartward.local/hospital'
const signer = (scheme: SignatureScheme = international, name = log) =>
  noteSigner(name, scheme.generatePrivateKey(), scheme)
const [first, second, third] = [signer(), signer(ecdsaP256), signer(guomi)]
const root = leafHash('some tree')

test('a succession is signed by both keys and reads back, from any scheme to any other', async () => {
  for (const [from, to] of [
    [first, second],
    [second, third],
  ] as const) {
    const note = await signSuccession({ log, size: 3050, root }, { from, to })
    const succession = { log, size: 3050, root, from: from.verifierKey, to: to.verifierKey }
    assert.deepEqual(verifySuccession(note), succession)
    assert.equal(note.slice(0, note.lastIndexOf('\n\n') + 1), successionText(succession))
  }
})

test('one signature of the two, or a changed statement, is not verified', async () => {
  const text = successionText({ log, size: 7, root, from: first.verifierKey, to: second.verifierKey })
  for (const signers of [[first], [second], [first, third]]) {
    const note = await signNote(text, signers)
    assert.throws(() => verifySuccession(note), { code: 'not-verified' })
  }
  const whole = await signNote(text, [first, second])
  assert.throws(() => verifySuccession(whole.replace('size 7', 'size 8')), { code: 'not-verified' })
})

test('a statement that says something else is malformed', async () => {
  const good = successionText({ log, size: 7, root, from: first.verifierKey, to: second.verifierKey })
  const elsewhere = signer(international, 'other.example/log')
  for (const text of [
    good.replace('v1', 'v2'),
    good.replace('size 7', 'size 07'),
    good.replace('size 7', 'size -7'),
    good.replace('size 7', 'size 9007199254740993'),
    good.replace(root.toString('base64'), root.subarray(1).toString('base64')),
    good.replace(`log ${log}`, 'log other.example/log'),
    good.replace(second.verifierKey, first.verifierKey),
    good.replace(second.verifierKey, elsewhere.verifierKey),
    good.replace(second.verifierKey, `${second.verifierKey}A`),
    `${good}more\n`,
  ]) {
    const note = await signNote(text, [first, second, elsewhere])
    assert.throws(() => verifySuccession(note), { code: 'malformed' }, text)
  }
})

test('a statement is no checkpoint', () => {
  const text = successionText({ log, size: 7, root, from: first.verifierKey, to: second.verifierKey })
  assert.throws(() => parseCheckpoint(text), { code: 'malformed' })
})

test('from the first key and the statements, the key of every size is known', async () => {
  const notes = [
    await signSuccession({ log, size: 100, root }, { from: first, to: second }),
    await signSuccession({ log, size: 250, root }, { from: second, to: third }),
  ]
  const reigns = followSuccessions(log, first.verifierKey, notes)
  const sizes = [1, 100, 101, 250, 251, 1_000_000]
  const keys = [first, first, second, second, third, third]
  assert.deepEqual(
    sizes.map((size) => reigningAt(reigns, size).verifierKey),
    keys.map(({ verifierKey }) => verifierKey),
  )
  assert.deepEqual(
    reigns.map(({ above, upTo }) => [above, upTo]),
    [
      [0, 100],
      [100, 250],
      [250, undefined],
    ],
  )
})

test('a chain that is not one is refused', async () => {
  const hand = (size: number, from: typeof first, to: typeof first) => signSuccession({ log, size, root }, { from, to })
  const [one, two] = [await hand(100, first, second), await hand(250, second, third)]
  const chains = {
    'out of order': [two, one],
    'from a key that does not reign': [two],
    'going back': [await hand(300, first, second), two],
    'to a key that reigned before': [one, await hand(120, second, first)],
  }
  for (const [name, notes] of Object.entries(chains)) {
    assert.throws(() => followSuccessions(log, first.verifierKey, notes), { code: 'malformed' }, name)
  }
  assert.throws(() => followSuccessions('other.example/log', first.verifierKey, [one]), { code: 'malformed' })
  const onlyNew = await signNote(one.slice(0, one.lastIndexOf('\n\n') + 1), [second])
  assert.throws(() => followSuccessions(log, first.verifierKey, [onlyNew]), { code: 'not-verified' })
})
