import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { crash } from './crash.ts'
import { noPowerCut, powerCut } from './power-cut.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chartward-crash-'))
  await chmod(folder, 0o755)
})
after(() => rm(folder, { recursive: true, force: true }))

test('every receipt is borne out after writers and PostgreSQL were killed in bursts', async () => {
  const result = await crash(join(folder, 'crash'), 10)
  assert.deepEqual(result.broken, [])
  assert.deepEqual(result.kills, { writers: 8, postgres: 2 })
  assert.ok(result.receipts > 0)
})

test('every receipt is borne out on the disk of a machine whose power was cut', {
  skip: noPowerCut() ?? false,
}, async () => {
  const result = await powerCut(folder, 1)
  assert.deepEqual(result.broken, [])
  assert.ok(result.receipts > 200)
})
