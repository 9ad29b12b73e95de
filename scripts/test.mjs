// Runs the tests: `npm test`, or `npm test -- src/ledger` for the files whose path contains one of the words.
// Starts one PostgreSQL for the run, migrates a template database that each test file copies, and ends with one
// plain line `N passed, N failed[, N skipped]`.
import { spawn } from 'node:child_process'
import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, openDatabase, startEmbeddedPostgres } from '../src/kernel/index.ts'

const words = process.argv.slice(2)
const files = globSync('{src,bench,scripts,trials}/**/*.test.ts', { exclude: ['**/node_modules/**'] })
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .sort()
if (files.length === 0) {
  console.error(`no test file matches ${words.join(' ')}`)
  process.exit(1)
}

const folder = mkdtempSync(join(tmpdir(), 'chartward-test-'))
const postgres = await startEmbeddedPostgres(join(folder, 'postgres'), {
  fsync: 'off',
  max_connections: '200',
  shared_buffers: '128MB',
})
let failed = true
try {
  const server = openDatabase(postgres.url)
  await server.query('create database chartward_template')
  await server.close()
  const template = openDatabase(postgres.url.replace(/\/postgres$/, '/chartward_template'))
  await migrate(template)
  await template.close()

  failed = await run(files, { CHARTWARD_TEST_DATABASE_URL: postgres.url })
} finally {
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}
process.exit(failed ? 1 : 0)

function run(testFiles, environment) {
  const concurrency = process.env.TEST_CONCURRENCY ?? '2'
  const child = spawn(
    process.execPath,
    ['--test', `--test-concurrency=${concurrency}`, '--test-reporter=spec', '--test-timeout=600000', ...testFiles],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...environment } },
  )
  // The runner's closing lines (`ℹ pass 12`) stand before the failures it repeats, so each is caught as it passes.
  const counts = {}
  let line = ''
  child.stdout.on('data', (chunk) => {
    process.stdout.write(chunk)
    const lines = (line + chunk).split('\n')
    line = lines.pop() ?? ''
    for (const text of lines) {
      const found = /^ℹ (pass|fail|cancelled|skipped) (\d+)/.exec(text)
      if (found) counts[found[1]] = Number(found[2])
    }
  })
  return new Promise((done) => {
    child.once('exit', (code) => {
      const [passed, broken, skipped] = [
        counts.pass ?? 0,
        (counts.fail ?? 0) + (counts.cancelled ?? 0),
        counts.skipped ?? 0,
      ]
      console.log(`${passed} passed, ${broken} failed${skipped ? `, ${skipped} skipped` : ''}`)
      done(code !== 0 || broken > 0 || passed === 0)
    })
  })
}
