import assert from 'node:assert/strict'
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openKeyFile } from './key-file.ts'
import { international } from './suite.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chartward-keys-'))
})
after(() => rm(folder, { recursive: true, force: true }))

test('however many ask at once, one key is made, for the owner alone, and kept', async () => {
  const path = join(folder, 'keys', 'ledger.pem')
  const keys = await Promise.all(Array.from({ length: 8 }, () => openKeyFile(path)))
  const publicKeys = new Set(keys.map((key) => international.publicKeyBytes(key).toString('hex')))
  assert.equal(publicKeys.size, 1)
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  assert.deepEqual(await readdir(join(folder, 'keys')), ['ledger.pem'])
  assert.deepEqual(international.publicKeyBytes(await openKeyFile(path)), international.publicKeyBytes(keys[0]!))
})

test('a key that others may read is refused', async () => {
  const path = join(folder, 'open.pem')
  await openKeyFile(path)
  await chmod(path, 0o640)
  await assert.rejects(openKeyFile(path), { code: 'key-file-unsafe' })
})

test('a file that holds no key is refused and left alone', async () => {
  const path = join(folder, 'broken.pem')
  await writeFile(path, 'not a key', { mode: 0o600 })
  await assert.rejects(openKeyFile(path), { code: 'malformed' })
  assert.equal((await stat(path)).size, 9)
})
