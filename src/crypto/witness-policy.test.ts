import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cosigner, withCosignatures } from './cosignature.ts'
import { noteSigner, signNote } from './signed-note.ts'
import { international } from './suite.ts'
import { parseWitnessPolicy, verifyCosignatures } from './witness-policy.ts'

const origin = 'chartward.local/ledger'
const log = noteSigner(origin, international.generatePrivateKey())
const witness = (name: string) => cosigner(`${name}.example`, international.generatePrivateKey())
const [x1, x2, x3, y1, y2] = ['x1', 'x2', 'x3', 'y1', 'y2'].map(witness)
const text = `${origin}\n7\n${Buffer.alloc(32, 7).toString('base64')}\n`

const file = `
# two houses
log ${log.verifierKey} https://hospital.example/ledger/
witness X1 ${x1!.verifierKey} https://x1.example/
witness X2 ${x2!.verifierKey}
\twitness  X3   ${x3!.verifierKey}
group X 2 X1 X2 X3
witness Y1 ${y1!.verifierKey}
witness Y2 ${y2!.verifierKey}
group Y any Y1 Y2
group both all X Y
quorum both
`

test('a policy of two groups, as the C2SP text draws it', () => {
  const policy = parseWitnessPolicy(file)
  assert.equal(policy.quorum, 'both')
  assert.deepEqual(
    policy.witnesses.map(({ name, url }) => [name, url]),
    [
      ['X1', 'https://x1.example'],
      ['X2', undefined],
      ['X3', undefined],
      ['Y1', undefined],
      ['Y2', undefined],
    ],
  )
  for (const [met, names] of [
    [false, []],
    [false, ['X1', 'X2', 'X3']],
    [false, ['X1', 'Y1', 'Y2']],
    [true, ['X1', 'X3', 'Y2']],
    [true, ['X1', 'X2', 'X3', 'Y1', 'Y2']],
  ] as const) {
    assert.equal(policy.isMetBy(new Set(names)), met, names.join())
  }
})

test('a checkpoint is judged by its cosignatures, and dated by the one that met the quorum', async () => {
  const policy = parseWitnessPolicy(file)
  const note = await signNote(text, [log])
  const lines = (pairs: readonly (readonly [(typeof x1 & object) | undefined, number])[]) =>
    pairs.map(([by, time]) => by!.cosign(text, time).trimEnd())
  const few = verifyCosignatures(
    withCosignatures(
      note,
      lines([
        [x1, 10],
        [y1, 11],
      ]),
    ),
    policy,
  )
  assert.deepEqual([few.quorumIsMet, few.witnessedAtSeconds], [false, undefined])
  const enough = verifyCosignatures(
    withCosignatures(
      note,
      lines([
        [x1, 10],
        [y1, 30],
        [x2, 20],
        [x3, 40],
      ]),
    ),
    policy,
  )
  assert.deepEqual([enough.quorumIsMet, enough.witnessedAtSeconds], [true, 30])
  assert.equal(enough.checkpoint.size, 7)
  assert.deepEqual(
    enough.cosignatures.map(({ witness, timeSeconds }) => [witness, timeSeconds]),
    [
      ['X1', 10],
      ['X2', 20],
      ['Y1', 30],
      ['X3', 40],
    ],
  )
})

test('an unknown log, another origin and a forged cosignature are not verified', async () => {
  const policy = parseWitnessPolicy(file)
  const stranger = noteSigner(origin, international.generatePrivateKey())
  const misnamed = noteSigner('other.example', international.generatePrivateKey())
  assert.throws(() => verifyCosignatures('x', policy), { code: 'malformed' })
  const foreign = await signNote(text, [stranger])
  assert.throws(() => verifyCosignatures(foreign, policy), { code: 'not-verified' })
  const trustsOther = parseWitnessPolicy(`log ${misnamed.verifierKey}\nquorum none`)
  const underOther = await signNote(text, [misnamed])
  assert.throws(() => verifyCosignatures(underOther, trustsOther), { code: 'not-verified' })
  const elsewhere = x1!.cosign(text.replace('7', '8'), 10).trimEnd()
  const forged = withCosignatures(await signNote(text, [log]), [elsewhere])
  assert.throws(() => verifyCosignatures(forged, policy), { code: 'not-verified' })
})

test('quorum none asks for no witness', async () => {
  const policy = parseWitnessPolicy(`log ${log.verifierKey}\nquorum none\n`)
  const judged = verifyCosignatures(await signNote(text, [log]), policy)
  assert.deepEqual([judged.quorumIsMet, judged.witnessedAtSeconds], [true, undefined])
})

test('a policy that breaks its format is refused, with its line', () => {
  const w = `witness W ${x1!.verifierKey}`
  const renamed = cosigner('z.example', international.generatePrivateKey())
  for (const [broken, line] of [
    ['', undefined],
    [w, undefined],
    [`${w}\nquorum V`, 2],
    [`quorum W\n${w}`, 1],
    [`${w}\nquorum W\nquorum W`, 3],
    [`${w}\n${w}\nquorum W`, 2],
    [`${w}\nwitness V ${x1!.verifierKey}\nquorum W`, 2],
    [`${w}\nwitness W ${renamed.verifierKey}\nquorum W`, 2],
    [`witness none ${x1!.verifierKey}\nquorum none`, 1],
    [`${w}\ngroup G 2 W\nquorum G`, 2],
    [`${w}\ngroup G 0 W\nquorum G`, 2],
    [`${w}\ngroup G 01 W\nquorum G`, 2],
    [`${w}\ngroup G all\nquorum W`, 2],
    [`${w}\ngroup G all W none\nquorum W`, 2],
    [`${w}\ngroup G all W W\nquorum G`, 2],
    [`${w}\ngroup G any W\ngroup H any W\nquorum G`, 3],
    [`${w}\ngroup W any W\nquorum W`, 2],
    [`log ${x1!.verifierKey}\nquorum none`, 1],
    [`log ${log.verifierKey}\nlog ${log.verifierKey}\nquorum none`, 2],
    [`log ${log.verifierKey} ftp://x\nquorum none`, 1],
    [`witness W ${log.verifierKey}\nquorum W`, 1],
    [`witness W\nquorum W`, 1],
    [`mirror W\nquorum none`, 1],
    [`quorum none\u0007`, 1],
    ['quorum none now', 1],
  ] as const) {
    assert.throws(
      () => parseWitnessPolicy(broken),
      (error: Error & { code?: string }) =>
        error.code === 'malformed' && (line === undefined || error.message.includes(`line ${line}:`)),
      broken,
    )
  }
})
