import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  followSuccessions,
  guomi,
  international,
  type NoteSigner,
  noteSigner,
  openNote,
  parseVerifierKey,
  reigningAt,
  verifySuccession,
} from '../crypto/index.ts'
import { systemClock } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { guomiOrigin, type Ledger, openLedger, parseEntry } from '../ledger/index.ts'
import { integrateOnce } from '../ledger/integrate.ts'
import { ownLog } from './own-log.ts'
import { requireReigning, rotateKey, successionsOf } from './rotate-key.ts'

const origin = 'chartward.local/ledger'
const newKey = () => noteSigner(origin, international.generatePrivateKey())
const [first, second, third] = [newKey(), newKey(), newKey()] as [NoteSigner, NoteSigner, NoteSigner]
const guomiKey = () => noteSigner(guomiOrigin(origin), guomi.generatePrivateKey(), guomi)
const [guomiFirst, guomiSecond] = [guomiKey(), guomiKey()] as [NoteSigner, NoteSigner]

let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
before(async () => {
  at = await openTestDatabase()
  ledger = await openLedger({ database: at.database })
})
after(async () => {
  await ledger.close()
  await at.drop()
})

const former = [first, second, guomiFirst].map(({ verifierKey }) => parseVerifierKey(verifierKey))
async function grow(signer: NoteSigner, guomiSigner = guomiFirst): Promise<number> {
  await ledger.record([{ kind: 'system', outcome: 0 }])
  await integrateOnce({
    database: at.database,
    origin,
    signer,
    guomiSigner,
    formerVerifiers: former,
    clock: systemClock,
  })
  return await ledger.size()
}
const logOf = (suite: 'international' | 'guomi', ...signers: readonly NoteSigner[]) =>
  ownLog(suite, {
    database: at.database,
    origin: signers[0]!.name,
    verifiers: signers.map(({ verifierKey }) => parseVerifierKey(verifierKey)),
  })
const rotate = (from: NoteSigner, to: NoteSigner, log = logOf('international', first, second, third)) =>
  rotateKey({ database: at.database, ledger, ownLog: log, from, to })

test('without a checkpoint there is nothing to hand over', async () => {
  await assert.rejects(rotate(first, second), { code: 'rotation-refused' })
})

test('a key hands over: the statement is signed by both and stands in the ledger, and the old key signs no more', async () => {
  const size = await grow(first)
  const note = await rotate(first, second)
  const { root } = (await logOf('international', first).at(size))!
  assert.deepEqual(verifySuccession(note), {
    log: origin,
    size,
    root,
    from: first.verifierKey,
    to: second.verifierKey,
  })
  const [row] = await at.database.query<{ body: string }>(
    'select body from ledger_entry e join ledger_succession s on s.sequence = e.sequence',
  )
  const entry = parseEntry(row!.body)
  assert.deepEqual([entry.kind, entry.detail?.statement], ['anchor', note])

  await assert.rejects(grow(first), { code: '23001' })
  const grown = await grow(second)
  assert.ok(grown > size)
})

test('who trusts the first key follows to the last, and knows which key counts at which size', async () => {
  const size = await grow(second)
  await rotate(second, third)
  const last = await grow(third)
  const reigns = followSuccessions(origin, first.verifierKey, await successionsOf(at.database, origin))
  assert.deepEqual(
    reigns.map(({ verifierKey }) => verifierKey),
    [first, second, third].map(({ verifierKey }) => verifierKey),
  )
  for (const [at_, signer] of [
    [1, first],
    [size, second],
    [last, third],
  ] as const) {
    const checkpoint = await logOf('international', first).at(at_)
    const reign = reigningAt(reigns, at_)
    assert.equal(reign.verifierKey, signer.verifierKey)
    assert.deepEqual(openNote(checkpoint!.note, [reign.verifier]).verifiedBy, [origin])
  }
})

test('the 国密 log hands over by itself, and the other log does not mind', async () => {
  await rotate(guomiFirst, guomiSecond, logOf('guomi', guomiFirst))
  await assert.rejects(grow(third, guomiFirst), { code: '23001' })
  const size = await grow(third, guomiSecond)
  assert.ok(await logOf('guomi', guomiSecond).at(size))
  assert.ok(await logOf('international', third).at(size))
})

test('a program that starts with a key that has handed over is told so', async () => {
  const notes = await successionsOf(at.database, origin)
  requireReigning(notes, third)
  requireReigning([], first)
  assert.throws(() => requireReigning(notes, second), { code: 'key-does-not-reign' })
})

test('a key that does not reign, one that has reigned, and one of another log are refused, and nothing changes', async () => {
  const before = await successionsOf(at.database, origin)
  for (const [from, to] of [
    [first, newKey()],
    [third, first],
    [third, third],
    [third, noteSigner('other.example', international.generatePrivateKey())],
  ] as const) {
    await assert.rejects(rotate(from, to), { code: 'rotation-refused' })
  }
  // A table that says another checkpoint than the log's own key has signed is not handed on.
  await assert.rejects(rotate(third, newKey(), logOf('international', newKey())), { code: 'not-verified' })
  assert.deepEqual(await successionsOf(at.database, origin), before)
  await assert.rejects(at.database.query('delete from ledger_succession'), { code: '23001' })
})
