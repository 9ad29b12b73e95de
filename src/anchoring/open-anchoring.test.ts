import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  guomi,
  international,
  noteSigner,
  parseCheckpoint,
  parseVerifierKey,
  parseWitnessPolicy,
  readPemCertificates,
  splitNote,
  verifyCosignatures,
} from '../crypto/index.ts'
import { makeTestAuthority, noAuthority } from '../crypto/test-timestamp-authority.ts'
import { silentLog, systemClock } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { guomiOrigin, type Ledger, openLedger } from '../ledger/index.ts'
import { integrateOnce } from '../ledger/integrate.ts'
import { buildPackage, parsePackage, verifyPackage } from '../proof/index.ts'
import { type Anchoring, openAnchoring } from './open-anchoring.ts'
import { openWitness, type RunningWitness } from './open-witness.ts'
import { ownLog } from './own-log.ts'
import { rotateKey } from './rotate-key.ts'

const skip = noAuthority
const folder = mkdtempSync(join(tmpdir(), 'chartward-anchoring-'))
const origin = 'chartward.local/ledger'
const signer = noteSigner(origin, international.generatePrivateKey())
const next = noteSigner(origin, international.generatePrivateKey())
const guomiSigner = noteSigner(guomiOrigin(origin), guomi.generatePrivateKey(), guomi)
const verifierOf = ({ verifierKey }: { readonly verifierKey: string }) => parseVerifierKey(verifierKey)

let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
let witness: RunningWitness
let anchoring: Anchoring
let authority: ReturnType<typeof makeTestAuthority>
let server: Awaited<ReturnType<typeof authority.listen>>
before(async () => {
  if (skip) return
  authority = makeTestAuthority()
  server = await authority.listen()
  const logsFile = join(folder, 'logs.txt')
  writeFileSync(logsFile, [signer, next, guomiSigner].map(({ verifierKey }) => `log ${verifierKey}\n`).join(''))
  witness = await openWitness({
    ...{ folder: join(folder, 'w'), logsFile, name: 'w.example/w', host: '127.0.0.1', port: 0, log: silentLog },
  })
  at = await openTestDatabase()
  ledger = await openLedger({ database: at.database })
  await append()
  anchoring = openAnchoring({
    database: at.database,
    ledger,
    clock: systemClock,
    log: silentLog,
    policy: policy(),
    anchorEveryMs: 3_600_000,
    authority: { url: server.url, roots: readPemCertificates(authority.rootPem) },
    logs: {
      international: { origin, verifiers: [signer, next].map(verifierOf) },
      guomi: { origin: guomiSigner.name, verifiers: [verifierOf(guomiSigner)] },
    },
    runs: true,
  })
})
after(async () => {
  if (!skip) {
    await anchoring.close()
    await witness.close()
    await server.close()
    authority.remove()
    await ledger.close()
    await at.drop()
  }
  rmSync(folder, { recursive: true, force: true })
})

const policy = () => parseWitnessPolicy(`witness w ${witness.verifierKey} ${witness.address}\nquorum w`)
async function append(by = signer): Promise<number> {
  await ledger.record([{ kind: 'system', outcome: 0 }])
  await integrateOnce({
    ...{ database: at.database, origin, signer: by, guomiSigner, clock: systemClock },
    formerVerifiers: [verifierOf(signer)],
  })
  return await ledger.size()
}
const anchors = async () => (await at.database.query('select 1 from ledger_anchor')).length
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((done) => setTimeout(done, 20))
}

test('both logs are shown to the witnesses and anchored by themselves, and published with what was given for them', {
  skip,
}, async () => {
  await until(async () => (await anchors()) === 1)
  const size = await append()
  await until(async () => (await anchoring.published('guomi'))?.size === size)
  assert.equal((await anchoring.awaitWitnessed(size - 1, 20_000)).outcome, 'witnessed')
  for (const [suite, log] of [
    ['international', signer],
    ['guomi', guomiSigner],
  ] as const) {
    const judged = verifyCosignatures((await anchoring.published(suite))!.note, policy(), [verifierOf(log)])
    assert.deepEqual([judged.checkpoint.size, judged.quorumIsMet], [size, true], suite)
  }
  assert.equal(await anchoring.contradictions(), 0)
  assert.ok((await anchoring.renewalDueMs())! > Date.now())
  assert.equal((await anchoring.standing())[0]?.size, size)
})

test('a package made from it carries witnesses, stamps and the succession of keys, and is verified with the first key alone', {
  skip,
}, async () => {
  const parts = { database: at.database, ledger, from: signer, to: next }
  await rotateKey({
    ...parts,
    ownLog: ownLog('international', { ...parts, origin, verifiers: [verifierOf(signer)] }),
  })
  const size = await append(next)
  await anchoring.awaitWitnessed(size - 1, 20_000)
  let trees = await anchoring.proofs(size)
  while (!trees) trees = await anchoring.proofs(size)
  const { size: proved } = parseCheckpoint(splitNote(trees[0]!.note).text)
  const { anchors: earlier, succession } = await anchoring.evidence({ covering: 1, below: proved })
  assert.deepEqual(
    earlier.map(({ suite, timestamps }) => [suite, timestamps.length]),
    [
      ['international', 1],
      ['guomi', 1],
    ],
  )
  assert.equal(succession.length, 1)
  const [row] = await at.database.query<{ body: string }>('select body from ledger_entry where sequence = 0')
  const made = await buildPackage({ trees, anchors: earlier, succession, entries: [{ sequence: 0, body: row!.body }] })
  const text = JSON.stringify(made)
  parsePackage(text)
  const report = verifyPackage(text, {
    trust: {
      logs: [signer.verifierKey, guomiSigner.verifierKey],
      policy: policy(),
      timestampRoots: readPemCertificates(authority.rootPem),
    },
    atMs: Date.now(),
  })
  assert.deepEqual(
    report.verdicts.flatMap(({ findings }) => findings),
    [],
  )
  const anchoringVerdict = report.verdicts.find(({ name }) => name === 'anchoring')
  assert.equal(anchoringVerdict?.verdict, 'holds')
})

test('proofs wait for the witnesses, and go on without them when they stay away', { skip }, async () => {
  await witness.close()
  const size = await append(next)
  assert.equal(await anchoring.proofs(size), undefined)
  assert.equal(await anchoring.proofs(size + 1_000), undefined)
  const impatient = openAnchoring({
    ...{ database: at.database, ledger, log: silentLog, policy: policy(), anchorEveryMs: 3_600_000, runs: false },
    logs: { international: { origin, verifiers: [verifierOf(next)] } },
    clock: { now: () => Date.now() + 60_000 },
  })
  const [tree] = (await impatient.proofs(size))!
  assert.equal(parseCheckpoint(splitNote(tree!.note).text).size, size)
  await impatient.close()
})
