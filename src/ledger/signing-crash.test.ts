import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  guomi,
  international,
  noteSigner,
  openKeyFile,
  type SuiteName,
  suites,
  verifyConsistency,
} from '../crypto/index.ts'
import { systemClock } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { guomiOrigin, openSignedMemory, openTree } from './index.ts'
import { integrateOnce } from './integrate.ts'

const origin = 'chartward.local/test-hospital'
let at: Awaited<ReturnType<typeof openTestDatabase>>
let folder: string
before(async () => {
  at = await openTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'chartward-signing-crash-'))
})
after(async () => {
  await at.drop()
  await rm(folder, { recursive: true, force: true })
})

interface Seen {
  readonly suite: SuiteName
  readonly size: number
  readonly root: string
}

/** Appends and signs in a process of its own, until it is killed `afterMs` after its first checkpoint. */
async function signUntilKilled(seen: Seen[], afterMs: number): Promise<void> {
  const child = fork(join(import.meta.dirname, 'signing.writer.ts'), [at.url, folder, origin], { stdio: 'inherit' })
  child.on('message', (checkpoint: Seen) => seen.push(checkpoint))
  const gone = new Promise<void>((done) => child.once('exit', () => done()))
  await new Promise((first) => child.once('message', first))
  setTimeout(() => child.kill('SIGKILL'), afterMs)
  await gone
}

test('killed at any moment of signing, each log stays one history, and it goes on', async () => {
  const seen: Seen[] = []
  for (let round = 0; round < 5; round++) await signUntilKilled(seen, 41 * round)
  assert.ok(seen.length >= 10)

  const memory = await openSignedMemory(join(folder, 'signed.json'))
  await integrateOnce({
    database: at.database,
    origin,
    signer: noteSigner(origin, await openKeyFile(join(folder, 'ledger.pem'), international)),
    guomiSigner: noteSigner(guomiOrigin(origin), await openKeyFile(join(folder, 'ledger-sm2.pem'), guomi), guomi),
    memory,
    clock: systemClock,
  })
  for (const suite of ['international', 'guomi'] as const) {
    const tree = openTree({ database: at.database, suite })
    const newest = (await tree.checkpoint())!
    assert.equal(memory.newest(suite === 'guomi' ? guomiOrigin(origin) : origin)!.size, newest.size)
    const ofSuite = seen.filter((each) => each.suite === suite)
    const rootAt = new Map(ofSuite.map(({ size, root }) => [size, root]))
    for (const { size, root } of ofSuite) {
      assert.equal(rootAt.get(size), root)
      const proof = await tree.consistencyProof(size, newest.size)
      const claim = { oldSize: size, size: newest.size, oldRoot: Buffer.from(root, 'hex'), root: newest.root, proof }
      assert.ok(verifyConsistency(claim, suites[suite].hashing), `${suite} ${size}`)
    }
  }
  const [row] = await at.database.query<{ apart: number }>(
    `select count(*) as apart from ledger_checkpoint c full join ledger_guomi_checkpoint g using (size)
     where c.size is null or g.size is null`,
  )
  assert.equal(row!.apart, 0)
})
