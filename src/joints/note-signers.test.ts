import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { guomi, openNote, parseVerifierKey, signSuccession } from '../crypto/index.ts'
import { InvalidInput, readConfiguration } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { openLedger, openTree, startLedgerWorkers } from '../ledger/index.ts'
import { keyFileAddress, openNoteSigners } from './note-signers.ts'

const origin = 'chartward.local/hospital'
let at: Awaited<ReturnType<typeof openTestDatabase>>
let folder: string
before(async () => {
  at = await openTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'chartward-signers-'))
})
after(async () => {
  await at.drop()
  await rm(folder, { recursive: true, force: true })
})

const configured = (environment: Record<string, string> = {}) => readConfiguration({ DATA_DIR: folder, ...environment })
const open = (environment?: Record<string, string>) => openNoteSigners(configured(environment), origin, at.database)

test('without a setting, each log has a key in a file, made once', async () => {
  const one = await open()
  const two = await open()
  assert.equal(one.signer.verifierKey, two.signer.verifierKey)
  assert.equal(one.guomiSigner!.verifierKey, two.guomiSigner!.verifierKey)
  assert.deepEqual([one.signer.name, one.guomiSigner!.name], [origin, `${origin}/sm3`])
  assert.deepEqual((await readdir(join(folder, 'keys'))).sort(), ['ledger-sm2.pem', 'ledger.pem'])
  await one.close()
})

test('a setting names another key, or that there is no second log', async () => {
  const signers = await open({ LEDGER_KEY: `file:${join(folder, 'other.pem')}`, LEDGER_GM_KEY: 'none' })
  assert.notEqual(signers.signer.verifierKey, (await open()).signer.verifierKey)
  assert.equal(signers.guomiSigner, undefined)
})

test('a setting that cannot be is refused by its name', async () => {
  for (const [field, value] of [
    ['LEDGER_KEY', 'ledger.pem'],
    ['LEDGER_KEY', 'https://sign.example/'],
    ['LEDGER_GM_KEY', 'pkcs11:object=a'],
    ['LEDGER_GM_KEY', 'nothing'],
  ] as const) {
    await assert.rejects(open({ [field]: value }), (error: unknown) => {
      assert.ok(error instanceof InvalidInput)
      assert.deepEqual([...new Set(error.issues.map((issue) => issue.field))], [field])
      return true
    })
  }
  await assert.rejects(open({ LEDGER_GM_KEY: `file:${join(folder, 'keys', 'ledger.pem')}` }), { code: 'malformed' })
})

test('while a signing service is away entries go on, neither log is signed, and both go on from where they were', async () => {
  const key = guomi.generatePrivateKey()
  const publicKey = join(folder, 'sm2.pub')
  await writeFile(publicKey, createPublicKey(key).export({ type: 'spki', format: 'pem' }))
  let isAway = false
  const service = createServer(async (request, response) => {
    if (isAway) return void response.writeHead(503).end()
    const message = await buffer(request)
    response.end(guomi.sign(message, key).toString('base64'))
  })
  await new Promise<void>((listening) => service.listen(0, '127.0.0.1', listening))
  const { port } = service.address() as AddressInfo
  const signers = await open({ LEDGER_GM_KEY: `http://127.0.0.1:${port}/sign#public-key=${publicKey}` })
  const { database } = at
  const ledger = await openLedger({ database })
  const workers = startLedgerWorkers({ database, origin, ...signers, projectEveryMs: 1_000, checkpointEveryMs: 10 })
  const newest = async () => [
    await openTree({ database }).checkpoint(),
    await openTree({ database, suite: 'guomi' }).checkpoint(),
  ]
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise((next) => setTimeout(next, 5))
  }
  const signed = (size: number) => until(() => workers.state().integration.done === size)

  await ledger.record([{ kind: 'system', outcome: 0 }])
  await signed(1)
  isAway = true
  const before = await newest()
  await ledger.record([{ kind: 'system', outcome: 0 }])
  await until(() => workers.state().integration.failure === 'key-unavailable')
  await ledger.record([{ kind: 'system', outcome: 0 }])
  assert.deepEqual(await newest(), before)
  isAway = false
  await signed(3)
  assert.equal(workers.state().integration.failure, undefined)
  const [first, second] = await newest()
  assert.deepEqual([first!.size, second!.size], [3, 3])
  assert.ok(openNote(second!.note, [parseVerifierKey(signers.guomiSigner!.verifierKey)]))
  await workers.close()
  await ledger.close()
  service.closeAllConnections()
  service.close()
})

test('after a succession the next file is the key, the one before is known, and it no longer opens', async () => {
  const before = await open()
  const next = await open({ LEDGER_KEY: keyFileAddress(configured(), 'international', 1) })
  const statement = await signSuccession(
    { log: origin, size: 5, root: Buffer.alloc(32) },
    { from: before.signer, to: next.signer },
  )
  const keyId = next.signer.keyId.toString(16).padStart(8, '0')
  await at.database.query(
    'insert into ledger_succession (origin, number, note, key_id, sequence) values ($1, 0, $2, $3, 0)',
    [origin, statement, keyId],
  )
  const after = await open()
  assert.equal(after.signer.verifierKey, next.signer.verifierKey)
  assert.ok(after.formerVerifiers.some(({ keyId: id }) => id === before.signer.keyId))
  const former = keyFileAddress(configured(), 'international', 0)
  await assert.rejects(open({ LEDGER_KEY: former }), { code: 'key-does-not-reign' })
})
