import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import {
  checkpointText,
  guomi,
  international,
  noteSigner,
  parseCheckpoint,
  parseCosignatureKey,
  readCosignatures,
  sha256Hex,
  signNote,
  sm3Tree,
  splitNote,
} from '../crypto/index.ts'
import { silentLog } from '../kernel/index.ts'
import { openWitness, type RunningWitness } from './open-witness.ts'
import { submission, testLog } from './test-log.ts'

const root = mkdtempSync(join(tmpdir(), 'chartward-witness-'))
const running: RunningWitness[] = []
const children: ChildProcess[] = []
after(async () => {
  for (const child of children) child.kill('SIGKILL')
  await Promise.all(running.map((witness) => witness.close()))
  rmSync(root, { recursive: true, force: true })
})

const origin = 'chartward.local/ledger'
const signer = noteSigner(origin, international.generatePrivateKey())
const log = testLog(signer)

let folders = 0
function newFolder(logs = `log ${signer.verifierKey} 人民医院\n`): { folder: string; logsFile: string } {
  folders += 1
  const folder = join(root, `w${folders}`)
  mkdirSync(folder)
  const logsFile = join(root, `w${folders}.txt`)
  writeFileSync(logsFile, logs)
  return { folder, logsFile }
}
async function start(place = newFolder(), name: string | undefined = 'witness.example/w1'): Promise<RunningWitness> {
  const witness = await openWitness({ ...place, ...(name && { name }), host: '127.0.0.1', port: 0, log: silentLog })
  running.push(witness)
  return witness
}
async function post(witness: { readonly address: string }, body: string) {
  const response = await fetch(`${witness.address}/add-checkpoint`, { method: 'POST', body })
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
}

// The log of sigsum's test vectors, as torchwood and sunlight submit it to their witnesses
// (FiloSottile/sunlight 0ee792d, internal/witness/witness_test.go: TestAddCheckpoint): sizes, roots, proofs, signatures.
const sigsum = {
  origin: 'sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562',
  vkey: 'sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562+5202289b+Af/cLU2Y5BJNP+r3iMDC+av9eWCD0fBJVDfzAux5zxAP',
  1: {
    root: 'KgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
    signature: 'UgIom7fPZTqpxWWhyjWduBvTvGVqsokMbqTArsQilegKoFBJQjUFAmQ0+YeSPM3wfUQMFSzVnnNuWRTYrajXpNUbIQY=',
  },
  3: {
    root: 'RcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0=',
    signature: 'UgIom2VbtIcdFbwFAy1n7s6IkAxIY6J/GQOTuZF2ORV39d75cbAj2aQYwyJre36kezNobZs4SUUdrcawfAB8WVrx6go=',
  },
  5: {
    root: 'QrtXrQZCCvpIgsSmOsah7HdICzMLLyDfxToMql9WTjY=',
    signature: 'UgIomw/EOJmWi0i1FQsOj+etB7F8IccFam/jgd6wzRns4QPVmyEZtdvl1U2KEmLOZ/ASRcWJi0tW90dJWAShei7sDww=',
  },
} as const
const hashOf = (byte: number) => `${Buffer.from([42, byte, ...Array(30).fill(0)]).toString('base64')}`
const sigsumNote = (size: 1 | 3 | 5, change: (note: string) => string = (note) => note) =>
  change(`${sigsum.origin}\n${size}\n${sigsum[size].root}\n\n— ${sigsum.origin} ${sigsum[size].signature}\n`)
const from1to3 = [hashOf(1), hashOf(2)]
const from3to5 = [hashOf(2), hashOf(3), 'wgiIFdZfYNv6WU1OllBKsWnLYIS/DBMqt8Uh/S4OukE=', hashOf(4)]

test('the recorded submissions of torchwood and sunlight get the answers they record', async () => {
  const witness = await start(newFolder(`log ${sigsum.vkey}`))
  for (const [name, body, status, answer] of [
    ['first, size 1', submission(0, [], sigsumNote(1)), 200, '— witness.example/w1 '],
    [
      'wrong signature',
      submission(
        1,
        from1to3,
        sigsumNote(3, (note) => note.replace('6go=', '6gx=')),
      ),
      403,
      'no valid',
    ],
    [
      'wrong signature',
      submission(
        1,
        from1to3,
        sigsumNote(3, (note) => note.replace('6go=', '7go=')),
      ),
      403,
      'no valid',
    ],
    [
      'unknown log',
      submission(
        1,
        from1to3,
        sigsumNote(3, (note) => note.replaceAll('e562', 'e563')),
      ),
      404,
      'unknown',
    ],
    ['no proof', submission(1, [], sigsumNote(3)), 422, 'consistency proof'],
    ['wrong proof', submission(1, [hashOf(1), hashOf(3)], sigsumNote(3)), 422, 'consistency proof'],
    ['grown to 3', submission(1, from1to3, sigsumNote(3)), 200, '— witness.example/w1 '],
    ['an old size that is not current', submission(1, from1to3, sigsumNote(5)), 409, '3\n'],
    ['grown to 5', submission(3, from3to5, sigsumNote(5)), 200, '— witness.example/w1 '],
    ['an old size of 0', submission(0, [], sigsumNote(5)), 409, '5\n'],
    ['a note without signature', submission(5, [], sigsumNote(5).split('\n\n')[0]!), 400, 'not an'],
    [
      'no number',
      submission(
        5,
        [],
        sigsumNote(5, (note) => note.replace('\n5\n', '\nfive\n')),
      ),
      400,
      'not an',
    ],
  ] as const) {
    const given = await post(witness, body)
    assert.equal(given.status, status, name)
    assert.ok(given.text.includes(answer), `${name}: ${given.text}`)
    if (status === 409) assert.equal(given.type, 'text/x.tlog.size')
  }
})

test('the cosignature verifies, and the monitoring address serves what was cosigned last', async () => {
  const witness = await start()
  const given = await post(witness, await log.submission(0, 9))
  const { text } = splitNote(await log.checkpoint(9))
  const verifier = parseCosignatureKey(witness.verifierKey)
  assert.equal(readCosignatures(text, [given.text.trimEnd()], [verifier]).length, 1)

  const served = await fetch(`${witness.address}/${sha256Hex(origin)}/checkpoint`)
  const note = splitNote(await served.text())
  assert.equal(note.text, text)
  assert.equal(note.lines.length, 2)
  assert.equal((await fetch(`${witness.address}/${sha256Hex('another')}/checkpoint`)).status, 404)
  assert.equal((await fetch(`${witness.address}/${sha256Hex(origin)}/checkpoint/`)).status, 404)
})

test('an empty tree, first contact and repetition', async () => {
  const proof = [Buffer.alloc(32).toString('base64')]
  const wrongEmpty = await signNote(checkpointText({ origin, size: 0, root: Buffer.alloc(32, 1) }), [signer])
  for (const [name, steps] of Object.entries({
    'empty, twice, then growing': [
      [submission(0, [], await log.checkpoint(0)), 200],
      [submission(0, [], await log.checkpoint(0)), 200],
      [submission(0, proof, await log.checkpoint(5)), 422],
      [submission(0, [], await log.checkpoint(5)), 200],
    ],
    'empty with a proof': [[submission(0, proof, await log.checkpoint(0)), 422]],
    'empty with a root': [[submission(0, [], wrongEmpty), 422]],
    'first contact with a proof': [[submission(0, proof, await log.checkpoint(3)), 422]],
    'the same again': [
      [await log.submission(0, 7), 200],
      [await log.submission(7, 7), 200],
      [submission(7, proof, await log.checkpoint(7)), 422],
      [await log.submission(7, 6), 400],
    ],
  } as const)) {
    const witness = await start()
    for (const [body, status] of steps) assert.equal((await post(witness, body)).status, status, name)
  }
})

test('what is no submission is refused before anything is looked at', async () => {
  const witness = await start()
  const note = await log.checkpoint(5)
  const line = Buffer.alloc(32).toString('base64')
  for (const [body, status] of [
    ['', 400],
    ['old 0\n', 400],
    [`old 00\n\n${note}`, 400],
    [`old -1\n\n${note}`, 400],
    [`old 9007199254740993\n\n${note}`, 400],
    [`new 0\n\n${note}`, 400],
    [`old 0\nAAAA\n\n${note}`, 400],
    [`old 0\n${line.replace('=', '')}\n\n${note}`, 400],
    [submission(0, Array(64).fill(line), note), 400],
    [submission(0, Array(63).fill(line), note), 422],
    ['x'.repeat(100_000), 413],
  ] as const) {
    assert.equal((await post(witness, body)).status, status, body.slice(0, 40))
  }
  const got = await fetch(`${witness.address}/add-checkpoint`)
  assert.deepEqual([got.status, got.headers.get('allow')], [405, 'POST'])
  assert.equal((await fetch(`${witness.address}/`, { method: 'DELETE' })).status, 405)
  assert.equal((await fetch(`${witness.address}/elsewhere`)).status, 404)
})

test('of two submissions from the same old size exactly one is cosigned', async () => {
  const witness = await start()
  await post(witness, await log.submission(0, 10))
  let size = 10
  for (let round = 0; round < 20; round++) {
    const rivals = await Promise.all([1, 2, 3, 4].map((step) => log.submission(size, size + step)))
    const answers = await Promise.all(rivals.map((body) => post(witness, body)))
    const winner = answers.findIndex(({ status }) => status === 200)
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409, 409])
    size += winner + 1
    for (const { status, text } of answers) if (status === 409) assert.equal(text, `${size}\n`)
  }
})

test('a fork and a rollback are refused, remembered and shown', async () => {
  const witness = await start()
  await post(witness, await log.submission(0, 20))
  const forged = testLog(signer, (i) => (i === 3 ? 'forged' : `entry ${i}`))
  const same = await post(witness, await forged.submission(20, 20))
  assert.deepEqual([same.status, same.text], [422, 'another root at the size cosigned before\n'])
  assert.equal((await post(witness, await forged.submission(20, 30))).status, 422)
  assert.deepEqual((await post(witness, await log.submission(0, 12))).text, '20\n')
  assert.equal((await post(witness, await log.submission(20, 30))).status, 200)

  const page = async (language: string) =>
    await (await fetch(`${witness.address}/`, { headers: { 'Accept-Language': language } })).text()
  const [zh, en] = [await page('zh-CN'), await page('en')]
  for (const html of [zh, en]) {
    assert.ok(html.includes(witness.verifierKey.replaceAll('+', '&#43;')) || html.includes(witness.verifierKey))
    assert.ok(html.includes('人民医院') && html.includes(origin) && html.includes('<td>30</td>'))
  }
  assert.ok(zh.includes('证据份数：2') && en.includes('pieces of evidence: 2'))
})

test('another key for a log, and a stranger, are told apart', async () => {
  const next = noteSigner(origin, international.generatePrivateKey())
  const both = await start(newFolder(`# rotated\nlog ${signer.verifierKey}\n\nlog ${next.verifierKey} 第二把钥匙`))
  assert.equal((await post(both, await log.submission(0, 4))).status, 200)
  assert.equal((await post(both, await testLog(next).submission(4, 6))).status, 200)
  const stranger = noteSigner(origin, international.generatePrivateKey())
  assert.equal((await post(both, await testLog(stranger).submission(6, 8))).status, 403)
})

test('the 国密 log is witnessed by its own hash', async () => {
  const sm = noteSigner(`${origin}/sm3`, guomi.generatePrivateKey(), guomi)
  const witness = await start(newFolder(`log ${sm.verifierKey}`))
  const [a, b] = [sm3Tree.leaf('a'), sm3Tree.leaf('b')]
  const note = (size: number, root: Buffer) => signNote(checkpointText({ origin: sm.name, size, root }), [sm])
  assert.equal((await post(witness, submission(0, [], await note(1, a)))).status, 200)
  const grown = await note(2, sm3Tree.node(a, b))
  assert.equal((await post(witness, submission(1, [a.toString('base64')], grown))).status, 422)
  assert.equal((await post(witness, submission(1, [b.toString('base64')], grown))).status, 200)
})

test('one process serves a folder, and a key keeps its name', async () => {
  const place = newFolder()
  const witness = await start(place)
  await assert.rejects(start(place), { code: 'witness-folder-locked' })
  await witness.close()
  await assert.rejects(start(place, 'witness.example/w2'), { code: 'anchoring-misconfigured' })
  const again = await start(place, undefined)
  assert.equal(again.verifierKey, witness.verifierKey)
  assert.equal(statSync(join(place.folder, 'key.pem')).mode & 0o777, 0o600)
  await assert.rejects(start(newFolder(), 'two words'), { code: 'anchoring-misconfigured' })
})

test('a state that is not what was written stops the start', async () => {
  const place = newFolder()
  const witness = await start(place)
  await post(witness, await log.submission(0, 5))
  await witness.close()
  writeFileSync(join(place.folder, 'logs', sha256Hex(origin)), 'half a note')
  await assert.rejects(start(place), { code: 'witness-folder-broken' })
})

test('a list of logs that breaks its format is refused, with its line', async () => {
  const key = signer.verifierKey
  for (const [list, line] of [
    ['', undefined],
    ['log', 1],
    [`\n# x\nlog ${key.slice(0, -3)}`, 3],
    [`log ${key}\nlog ${key}`, 2],
    [`witness ${key}`, 1],
  ] as const) {
    await assert.rejects(
      start(newFolder(list)),
      (error: Error & { code?: string }) =>
        error.code === 'anchoring-misconfigured' && (line === undefined || error.message.includes(`line ${line}:`)),
    )
  }
  await assert.rejects(start({ folder: join(root, 'none'), logsFile: join(root, 'none.txt') }), {
    code: 'anchoring-misconfigured',
  })
})

test('a witness killed between storing and answering has not forgotten, and takes the folder over', async () => {
  const place = newFolder()
  let size = 0
  for (let round = 0; round < 2; round++) {
    const child = fork(join(import.meta.dirname, 'witness.killed.ts'), [place.folder, place.logsFile])
    children.push(child)
    const [{ address }] = (await once(child, 'message')) as [{ address: string }]
    const ended = once(child, 'exit')
    await assert.rejects(post({ address }, await log.submission(size, size + 3)))
    await ended
    size += 3
  }
  const witness = await start(place)
  assert.equal((await post(witness, await log.submission(0, 40))).text, `${size}\n`)
  // What was stored and never answered is cosigned again when it is asked for again.
  assert.equal((await post(witness, await log.submission(size, size))).status, 200)
  const served = await fetch(`${witness.address}/${sha256Hex(origin)}/checkpoint`)
  assert.equal(parseCheckpoint(splitNote(await served.text()).text).size, size)
  assert.deepEqual(readdirSync(place.folder).sort(), ['contradictions', 'key.pem', 'lock', 'logs', 'name'])
})
