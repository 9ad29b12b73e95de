import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parsePackage } from '../proof/index.ts'
import { startDemonstration } from '../test-demonstration.ts'

const program = fileURLToPath(new URL('./chartward.ts', import.meta.url))
let at: Awaited<ReturnType<typeof startDemonstration>>
before(async () => {
  at = await startDemonstration()
})
after(() => at?.close())

function trace(...flags: readonly string[]): Promise<{ code: number; out: string; told: string }> {
  const env = { ...process.env, DATABASE_URL: at.databaseUrl, DATA_DIR: at.dataDir, LOG_LEVEL: 'error', LANG: 'en' }
  return new Promise((done) => {
    execFile(process.execPath, [program, 'trace', ...flags], { env }, (error, out, told) =>
      done({ code: error ? Number(error.code) : 0, out, told }),
    )
  })
}

test('a person asks from a terminal, and the asking stands in the ledger as theirs', async () => {
  const asked = await trace('--as', 'inspector', '--kind', 'system', '--format', 'json')
  assert.equal(asked.code, 0, asked.told)
  const entries = asked.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.ok(entries.length > 0 && entries.every((one) => one.entry.kind === 'system' && one.intact))
  const receipt = Number(/receipt of this question: (\d+)/.exec(asked.told)?.[1])
  const { entry } = (await at.rooms.trace.entryAt(receipt))!
  assert.deepEqual([entry.kind, entry.channel], ['trace-reading', 'cli'])
  assert.match(entry.terminal!.device!, /@/, 'the account of the operating system and the machine')
})

test('who may not ask or export from a terminal is refused, and no file is left', async () => {
  const asked = await trace('--as', 'doctor')
  assert.equal(asked.code, 2)
  assert.match(asked.told, /the refusal is traced: receipt \d+/)
  const file = join(at.dataDir, 'refused.json')
  const why = ['--for', 'HOPERAT', '--reason', 'dispute', '--text', 'case 7']
  assert.equal((await trace('--as', 'doctor', '--export', file, ...why)).code, 2)
  assert.equal(existsSync(file), false)
})

test('an export from a terminal is a whole file with its proof', async () => {
  const file = join(at.dataDir, 'all.json')
  const why = ['--for', 'SUPERVISE', '--reason', 'supervision-case', '--text', 'case 7']
  const exported = await trace('--as', 'inspector', '--kind', 'system', '--export', file, ...why)
  assert.equal(exported.code, 0, exported.told)
  const made = parsePackage(readFileSync(file, 'utf8'))
  assert.ok(made.entries.length > 0 && made.keys.length > 0)
})
