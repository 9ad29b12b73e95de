import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { guomi, international, type NoteSigner, noteSigner } from '../crypto/index.ts'
import { systemClock } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { guomiOrigin, type Ledger, openLedger, openSignedMemory } from './index.ts'
import { catchUpOnce, type IntegrationOptions, integrateOnce } from './integrate.ts'

const origin = 'chartward.local/test-hospital'
const signer = noteSigner(origin, international.generatePrivateKey())
const guomiSigner = noteSigner(guomiOrigin(origin), guomi.generatePrivateKey(), guomi)
let folder: string
let path: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chartward-memory-'))
  path = join(folder, 'signed.json')
})
after(() => rm(folder, { recursive: true, force: true }))

let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
let options: IntegrationOptions
beforeEach(async () => {
  at = await openTestDatabase()
  ledger = await openLedger({ database: at.database })
  options = {
    database: at.database,
    origin,
    signer,
    guomiSigner,
    clock: systemClock,
    memory: await openSignedMemory(path),
  }
})
afterEach(async () => {
  await ledger.close()
  await at.drop()
  await rm(path, { force: true })
})
const append = (count: number) =>
  ledger.record(Array.from({ length: count }, () => ({ kind: 'system', outcome: 0 }) as const))
const remembered = async () => JSON.parse(await readFile(path, 'utf8')) as Record<string, { size: number }>

/** Takes the database back to `size` entries, as restoring an old backup does. */
async function restoreTo(size: number): Promise<void> {
  await at.database.transaction(async (tx) => {
    await tx.query('set local session_replication_role = replica')
    for (const table of ['ledger_guomi_checkpoint', 'ledger_checkpoint']) {
      await tx.query(`delete from ${table} where size > $1`, [size])
    }
    await tx.query('delete from ledger_entry where sequence >= $1', [size])
    await tx.query('update ledger_head set size = $1', [size])
    const width = size % 256
    await tx.query('delete from ledger_tile where level > 0 or index > $1', [Math.floor(size / 256)])
    await tx.query('update ledger_tile set width = $1::int, hashes = substring(hashes for 32 * $1::int)', [width])
  })
}

test('what is signed is remembered for both logs, and another process goes on from it', async () => {
  await append(300)
  await integrateOnce(options)
  assert.deepEqual(
    Object.entries(await remembered()).map(([name, { size }]) => [name, size]),
    [
      [origin, 300],
      [guomiOrigin(origin), 300],
    ],
  )
  assert.deepEqual(await readdir(folder), ['signed.json'])
  await append(700)
  await integrateOnce({ ...options, memory: await openSignedMemory(path) })
  assert.equal((await remembered())[origin]!.size, 1000)
})

test('after an old backup nothing is signed, neither before new entries nor over them', async () => {
  await append(100)
  await integrateOnce(options)
  await append(50)
  await integrateOnce(options)
  await restoreTo(100)
  await assert.rejects(integrateOnce(options), { code: 'tree-inconsistent' })
  for (const count of [10, 40, 500]) {
    await append(count)
    await assert.rejects(integrateOnce(options), { code: 'tree-inconsistent' }, `${count} more`)
    await assert.rejects(integrateOnce({ ...options, memory: await openSignedMemory(path) }), {
      code: 'tree-inconsistent',
    })
  }
  // Without the memory it would have gone on: this is what it is for.
  const { memory: _, ...forgetful } = options
  await integrateOnce(forgetful)
})

test('a ledger made anew under the same name and key is not signed', async () => {
  await append(30)
  await integrateOnce(options)
  const other = await openTestDatabase()
  const another = await openLedger({ database: other.database })
  await another.record(Array.from({ length: 60 }, () => ({ kind: 'system', outcome: 0 }) as const))
  await assert.rejects(integrateOnce({ ...options, database: other.database }), { code: 'tree-inconsistent' })
  await another.close()
  await other.drop()
})

test('a commit that failed after signing is no contradiction: the same entries lead to the same tree', async () => {
  await append(40)
  await integrateOnce(options)
  await append(25)
  const memory = options.memory!
  const breaking = {
    ...memory,
    async remember(trees: Parameters<typeof memory.remember>[0]) {
      await memory.remember(trees)
      throw new Error('the connection breaks before the commit')
    },
  }
  await assert.rejects(integrateOnce({ ...options, memory: breaking }), /before the commit/)
  assert.equal((await remembered())[origin]!.size, 65)
  await append(5)
  assert.equal((await integrateOnce(options)).covered, 70)
})

test('the second tree remembers too while it is made up', async () => {
  const { guomiSigner: _, ...withoutSecond } = options
  for (const count of [10, 20]) {
    await append(count)
    await integrateOnce(withoutSecond)
  }
  await catchUpOnce(options)
  assert.equal((await remembered())[guomiOrigin(origin)]!.size, 30)
})

test('where the key does not sign, nothing is remembered', async () => {
  await append(5)
  const away: NoteSigner = { ...guomiSigner, sign: () => Promise.reject(new Error('away')) }
  await assert.rejects(integrateOnce({ ...options, guomiSigner: away }), /away/)
  assert.deepEqual(await readdir(folder), [])
})

test('a file that cannot be read is not started over', async () => {
  for (const content of [
    '',
    '{',
    '[]',
    '{"a":{"size":0,"root":""}}',
    `{"a":{"size":1.5,"root":"${'A'.repeat(43)}="}}`,
  ]) {
    await writeFile(path, content)
    await assert.rejects(openSignedMemory(path), { code: 'tree-inconsistent' }, content)
  }
})
