import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { inclusionProof } from '../crypto/index.ts'
import { buildPackage, writeTlogProof } from './index.ts'
import { growLog, type TestLog } from './test-log.ts'
import { tellStory } from './test-story.ts'

const folder = mkdtempSync(join(tmpdir(), 'chartward-verify-'))
const program = join(folder, 'bin', 'chartward-verify.mjs')
const tiles = join(folder, 'tiles')
let log: TestLog

// Other Nodes than the one that runs the tests, where the machine has one: nothing of the house is near them.
const nodes = [...new Set([process.execPath, '/usr/bin/node', '/usr/local/bin/node'])].filter(
  (path) => existsSync(path) && Number(execFileSync(path, ['-p', 'process.versions.node.split(".")[0]'])) >= 20,
)

before(async () => {
  const build = fileURLToPath(new URL('../../scripts/build-verify.mjs', import.meta.url))
  execFileSync(process.execPath, [build, dirname(program)], { stdio: 'pipe' })
  const story = tellStory()
  story.uses(300, 0)
  log = await growLog(story.bodies)
  for (const [path, bytes] of await log.files()) write(join(tiles, path), bytes)
})
after(() => rmSync(folder, { recursive: true, force: true }))

function write(path: string, content: string | Uint8Array): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}

function verify(parameters: readonly string[], node = process.execPath) {
  const empty = mkdtempSync(join(folder, 'empty-'))
  const { status, stdout, stderr } = spawnSync(node, [program, ...parameters, '--language', 'en'], {
    cwd: empty,
    env: { PATH: '/nowhere' },
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

test('the verifier is one file that imports nothing but Node', () => {
  assert.deepEqual(readdirSync(dirname(program)), ['chartward-verify.mjs'])
  const imports = [...readFileSync(program, 'utf8').matchAll(/^import .* from "([^"]+)"/gm)].map((match) => match[1]!)
  assert.ok(imports.length > 0)
  assert.deepEqual(
    imports.filter((name) => !name.startsWith('node:')),
    [],
  )
})

for (const [node, threads] of [
  [nodes[0]!, '0'],
  [nodes.at(-1)!, '2'],
] as const) {
  test(`in an empty folder, ${node} with ${threads} threads: a log holds, and a flipped byte is named`, () => {
    const key = ['--key', log.signer.verifierKey, '--threads', threads]
    const whole = verify([tiles, ...key], node)
    assert.equal(whole.status, 0, whole.stderr)
    assert.match(whole.stdout, /✓ Integrity holds/)

    const path = join(tiles, 'tile/entries/001')
    const kept = readFileSync(path)
    const flipped = Buffer.from(kept)
    flipped[flipped.indexOf('"outcome":0') + 10]! ^= 1
    writeFileSync(path, flipped)
    const broken = verify([tiles, ...key], node)
    writeFileSync(path, kept)
    assert.equal(broken.status, 1, broken.stderr)
    assert.match(broken.stdout, /entry 256: it is not the entry that the tree was made of {2}\[entry-replaced\]/)
  })
}

test('without a key it says so, and does not call it good', () => {
  const { status, stdout } = verify([tiles])
  assert.equal(status, 2)
  assert.match(stdout, /\? Integrity cannot be told/)
})

test('machines get the same as JSON', () => {
  const { stdout } = verify([tiles, '--key', log.signer.verifierKey, '--json'])
  const report = JSON.parse(stdout)
  assert.deepEqual(
    report.verdicts.map((one: { name: string; verdict: string }) => `${one.name} ${one.verdict}`),
    ['integrity holds', 'order holds', 'anchoring cannot be told', 'completeness holds'],
  )
})

test('an export is verified from its file, by a policy of the reader', async () => {
  const made = await buildPackage({
    trees: [{ suite: 'international', note: await log.note(600), tile: log.tile }],
    entries: [{ sequence: 5, body: log.bodies[5]! }],
  })
  const path = write(join(folder, 'export.json'), JSON.stringify(made))
  const policy = write(join(folder, 'policy'), `log ${log.signer.verifierKey}\nquorum none\n`)
  assert.equal(verify([path, '--policy', policy]).status, 0)
  write(path, JSON.stringify(made).replace('person-7', 'person-8'))
  assert.equal(verify([path, '--policy', policy]).status, 1)
})

test('a receipt file is verified with the entry it is about', async () => {
  const path = inclusionProof(7, 600, (height, index) => subtree(height, index))
  const proof = write(
    join(folder, 'receipt.tlog-proof'),
    writeTlogProof({ index: 7, path, checkpoint: await log.note(600) }),
  )
  const entry = write(join(folder, 'entry.json'), log.bodies[7]!)
  const wrong = write(join(folder, 'wrong.json'), log.bodies[8]!)
  const key = ['--key', log.signer.verifierKey]
  assert.equal(verify([proof, '--entry', entry, ...key]).status, 0)
  assert.equal(verify([proof, '--entry', wrong, ...key]).status, 1)
  assert.equal(verify([proof, ...key]).status, 2)
  assert.equal(verify([tiles, '--held', proof, ...key]).status, 0)
})

test('a log is verified where it is served', async () => {
  const files = await log.files()
  const server = createServer((request, response) => {
    const bytes = files.get(request.url!.slice('/ledger/'.length))
    response.writeHead(bytes ? 200 : 404).end(bytes)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  try {
    // Not spawnSync: this process serves what the other reads.
    const { spawn } = await import('node:child_process')
    const child = spawn(process.execPath, [
      program,
      `http://127.0.0.1:${port}/ledger/`,
      '--key',
      log.signer.verifierKey,
    ])
    const status = await new Promise((done) => child.once('exit', done))
    assert.equal(status, 0)
  } finally {
    server.close()
  }
})

for (const [what, parameters] of [
  ['nothing', []],
  ['a path that is not there', ['/nowhere/at/all']],
  ['a folder without a checkpoint', [folder]],
  ['a file that is no export', [program]],
  ['a malformed key', [tiles, '--key', 'x+00000000+AA==']],
  ['an unknown option', ['--trust-me']],
] as const) {
  test(`${what} cannot be read`, () => {
    const { status, stderr } = verify(parameters)
    assert.equal(status, 2)
    assert.notEqual(stderr, '')
  })
}

function subtree(height: number, index: number): Buffer {
  const span = 2 ** height
  const some = log.leaves.slice(index * span, (index + 1) * span)
  return some.length === 1 ? some[0]! : log.rangeOf(index * span, (index + 1) * span)
}
