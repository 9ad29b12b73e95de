import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkpointText, international, leafHash, noteSigner, parseVerifierKey, signNote } from '../crypto/index.ts'
import { bundleOf, entryIn, openBundle } from './bundle.ts'
import { soloCrew } from './crew.ts'
import { growLog, pathsOf, type TestLog } from './test-log.ts'
import { type Story, storyStart, tellStory } from './test-story.ts'
import { openTiledEvidence } from './tiled-evidence.ts'
import { type Report, verdictOf } from './verdict.ts'
import { type VerifyOptions, verifyEvidence } from './verify-evidence.ts'

async function verify(
  log: TestLog,
  change: (files: Map<string, Buffer>) => void = () => {},
  options: Partial<VerifyOptions> = {},
): Promise<Report> {
  const files = await log.files()
  change(files)
  const evidence = await openTiledEvidence(pathsOf(files))
  return verifyEvidence(evidence, {
    trust: { logs: [log.signer.verifierKey], timestampRoots: [] },
    crew: soloCrew(),
    atMs: storyStart,
    ...options,
  })
}

const told = (report: Report) => Object.fromEntries(report.verdicts.map(({ name, verdict }) => [name, verdict]))
const first = (report: Report, name: 'integrity' | 'order' | 'anchoring' | 'completeness') =>
  verdictOf(report, name).findings[0]

const whole = tellStory()
whole.uses(400, 0)
whole.raise()
whole.uses(100, 1)
const log = await growLog(whole.bodies)

test('an untouched log holds, but for anchoring, of which nobody has vouched', async () => {
  const report = await verify(log)
  assert.deepEqual(told(report), {
    integrity: 'holds',
    order: 'holds',
    anchoring: 'cannot be told',
    completeness: 'holds',
  })
  assert.deepEqual([report.size, report.entriesRead, report.checkpoints], [1001, 1001, 1])
})

test('without a key that the reader confirmed, integrity cannot be told', async () => {
  const report = await verify(log, undefined, { trust: { logs: [], timestampRoots: [] } })
  assert.equal(told(report).integrity, 'cannot be told')
  const named = await verify(log, undefined, {
    trust: { logs: [], timestampRoots: [] },
    named: [log.signer.verifierKey],
  })
  assert.equal(told(named).integrity, 'cannot be told')
  const id = parseVerifierKey(log.signer.verifierKey).keyId.toString(16).padStart(8, '0')
  assert.match(
    verdictOf(named, 'integrity')
      .words.map((words) => words.en)
      .join('\n'),
    new RegExp(`not confirmed.*${id}`),
  )
})

test('hashes alone say that the tree is whole, and nothing of the entries', async () => {
  const report = await verify(log, (files) => {
    for (const path of files.keys()) if (path.startsWith('tile/entries/')) files.delete(path)
  })
  assert.deepEqual(told(report), {
    integrity: 'holds',
    order: 'cannot be told',
    anchoring: 'cannot be told',
    completeness: 'cannot be told',
  })
})

const widthOf = (path: string) => Number(/\.p\/(\d+)$/.exec(path)?.[1] ?? 256)

/** Changes the entries of one bundle as text. */
function rewrite(files: Map<string, Buffer>, path: string, change: (bodies: string[]) => string[]): void {
  const bundle = openBundle(files.get(path)!, widthOf(path))!
  const bodies = Array.from({ length: bundle.count }, (_, i) => Buffer.from(entryIn(bundle, i)).toString())
  files.set(path, Buffer.from(bundleOf(change(bodies).map((body) => Buffer.from(body))).bytes))
}

const forged = '{"forged":true}'
const thirdBundle = 'tile/entries/002'
const other = noteSigner(log.origin, international.generatePrivateKey())
const forgedNote = await signNote(checkpointText({ origin: log.origin, size: 1001, root: leafHash(forged) }), [other])

const tamperings: readonly (readonly [string, (files: Map<string, Buffer>) => void, string, number])[] = [
  [
    'an edited entry',
    (files) => rewrite(files, thirdBundle, (b) => b.with(9, b[9]!.replace('person-7', 'person-8'))),
    'entry-replaced',
    521,
  ],
  [
    'an edited entry with its tile',
    (files) => {
      rewrite(files, thirdBundle, (b) => b.with(9, forged))
      leafHash(forged).copy(files.get('tile/0/002')!, 9 * 32)
    },
    'root-differs',
    0,
  ],
  [
    'two entries that changed places',
    (files) => rewrite(files, thirdBundle, (b) => b.with(0, b[1]!).with(1, b[0]!)),
    'entry-replaced',
    512,
  ],
  [
    'a bundle with one entry fewer',
    (files) => rewrite(files, thirdBundle, (b) => b.slice(1)),
    'bundle-unreadable',
    512,
  ],
  ['a bundle that is gone', (files) => files.delete(thirdBundle), 'bundle-unreadable', 512],
  ['a tile that is gone', (files) => files.delete('tile/0/001'), 'tile-missing', 256],
  ['a tile above that was changed', (files) => files.get('tile/1/000.p/3')!.fill(0, 32, 40), 'tile-differs', 256],
  ['a tile above that is gone', (files) => files.delete('tile/1/000.p/3'), 'tile-missing', 0],
  [
    'a checkpoint by another key of the same name',
    (files) => files.set('checkpoint', Buffer.from(forgedNote)),
    'checkpoint-invalid',
    0,
  ],
  [
    'a checkpoint whose signature is wrong',
    (files) => {
      const note = files.get('checkpoint')!.toString()
      const line = note.trimEnd().split(' ').at(-1)!
      const bytes = Buffer.from(line, 'base64')
      bytes[20]! ^= 1
      files.set('checkpoint', Buffer.from(note.replace(line, bytes.toString('base64'))))
    },
    'checkpoint-invalid',
    0,
  ],
]

for (const [name, change, problem, sequence] of tamperings) {
  test(`${name} is found, and where`, async () => {
    const report = await verify(log, change)
    assert.equal(told(report).integrity, 'broken')
    assert.deepEqual(first(report, 'integrity'), { problem, sequence })
    assert.notEqual(told(report).order, 'holds')
    assert.notEqual(told(report).completeness, 'holds')
  })
}

test('each of several forged entries is named, and the root still speaks for the true ones', async () => {
  const report = await verify(log, (files) => rewrite(files, thirdBundle, (b) => b.with(3, forged).with(200, forged)))
  assert.deepEqual(
    verdictOf(report, 'integrity').findings.map(({ problem, sequence }) => [problem, sequence]),
    [
      ['entry-replaced', 515],
      ['entry-replaced', 712],
    ],
  )
})

test('a log that was made anew, with keys and all, is not the one that a held checkpoint or receipt is of', async () => {
  const anew = tellStory()
  anew.uses(500, 0)
  anew.raise()
  const made = await growLog(anew.bodies, { signer: log.signer })
  const held = { kind: 'checkpoint', note: await log.note(300) } as const
  assert.equal(told(await verify(made)).integrity, 'holds')
  const report = await verify(made, undefined, { held: [held] })
  assert.deepEqual(first(report, 'integrity'), { problem: 'held-differs', sequence: 299 })
  const receipt = { kind: 'receipt', sequence: 77, leafHash: log.leaves[77]! } as const
  assert.deepEqual(first(await verify(made, undefined, { held: [receipt] }), 'completeness'), {
    problem: 'receipt-differs',
    sequence: 77,
  })
  assert.equal(told(await verify(log, undefined, { held: [held, receipt] })).integrity, 'holds')
})

test('an old backup is shorter than what a checkpoint or receipt speaks of', async () => {
  const backup = await growLog(log.bodies.slice(0, 600), { signer: log.signer })
  assert.equal(told(await verify(backup)).integrity, 'holds')
  for (const held of [
    { kind: 'checkpoint', note: await log.note(900) },
    { kind: 'receipt', sequence: 600, leafHash: log.leaves[600]! },
  ] as const) {
    assert.deepEqual(first(await verify(backup, undefined, { held: [held] }), 'integrity'), {
      problem: 'held-is-longer',
      sequence: 600,
    })
  }
})

/** A story that breaks one rule of order at one place, within a log that is otherwise whole. */
const disorders: readonly (readonly [string, (story: Story) => number, string, ((story: Story) => number)?])[] = [
  [
    'a release after a change that may refuse it',
    (story) => {
      const permit = story.permit(0)
      story.raise()
      return story.follow('release', permit)
    },
    'epoch-passed',
  ],
  [
    'an exposure after such a change',
    (story) => {
      const permit = story.permit(0, 'search')
      story.follow('exposure', permit)
      story.raise()
      return story.follow('exposure', permit)
    },
    'epoch-passed',
  ],
  [
    'a write after such a change',
    (story) => {
      const permit = story.permit(0)
      story.raise()
      return story.follow('write', permit)
    },
    'epoch-passed',
  ],
  ['a permit under an epoch that has not come', (story) => story.follow('release', story.permit(4)), 'epoch-passed'],
  [
    'a permit released twice',
    (story) => {
      const permit = story.permit(0)
      story.follow('release', permit)
      return story.follow('release', permit)
    },
    'released-again',
  ],
  [
    'a permit released after it was withheld',
    (story) => {
      const permit = story.permit(0)
      story.follow('withheld', permit)
      return story.follow('release', permit)
    },
    'released-again',
  ],
  [
    'an exposure long after its release',
    (story) => {
      const permit = story.permit(0, 'search')
      story.follow('release', permit)
      story.follow('exposure', permit)
      story.uses(1, 0)
      return story.follow('exposure', permit)
    },
    'released-again',
  ],
  ['a release that follows itself', (story) => story.follow('release', story.bodies.length), 'follows-nothing'],
  [
    'a release that follows what comes later',
    (story) => story.follow('release', story.bodies.length + 5),
    'follows-nothing',
  ],
  [
    'a release that follows no permit',
    (story) => story.follow('release', story.system({ note: 1 })),
    'follows-nothing',
  ],
  [
    'a clock set back by an hour',
    (story) => {
      story.turnClock(-3_600_000)
      return story.system({ note: 1 })
    },
    'clock-set-back',
  ],
  [
    'an entry that stands there twice',
    (story) => {
      story.system({ note: 1 })
      return story.bodies.push(story.bodies.at(-1)!) - 1
    },
    'id-repeated',
  ],
  ['bytes that are no JSON', (story) => story.bodies.push('{"kind":"release"') - 1, 'entry-unreadable'],
  [
    'a statement where epochs begin, after epochs were counted',
    (story) => {
      story.raise()
      return story.system({ event: 'epoch-base', epoch: 9 })
    },
    'epoch-base-misplaced',
  ],
]

for (const [name, break_, problem] of disorders) {
  test(`${name} is found, and where`, async () => {
    const story = tellStory()
    story.uses(140, 0)
    const sequence = break_(story)
    const report = await verify(await growLog(story.bodies))
    assert.equal(told(report).integrity, 'holds')
    assert.equal(told(report).order, 'broken')
    const [found] = verdictOf(report, 'order').findings
    assert.deepEqual([found!.problem, found!.sequence], [problem, sequence])
  })
}

test('a clock may lag as far as entries overtake each other, and after being set back the new time counts', async () => {
  const story = tellStory()
  story.uses(10, 0)
  story.turnClock(-20_000)
  story.uses(10, 0)
  story.turnClock(-3_600_000)
  story.uses(50, 0)
  const report = await verify(await growLog(story.bodies))
  assert.deepEqual(
    verdictOf(report, 'order').findings.map(({ problem, sequence, against }) => [problem, sequence, against]),
    [['clock-set-back', 40, 39]],
  )
})

test('a ledger older than the telling of epochs is judged from where it begins to tell them', async () => {
  const story = tellStory()
  story.uses(3, 7)
  story.system({ event: 'epoch-base', epoch: 7 })
  story.uses(3, 7)
  story.raise()
  story.uses(3, 8)
  const report = await verify(await growLog(story.bodies))
  assert.equal(told(report).order, 'holds')
  assert.match(words(report, 'order'), /3 of these were written before the ledger told its epochs/)
})

test('what joined from a spool and what an upstream store wrote is told apart, not judged by the rule', async () => {
  const story = tellStory()
  story.uses(2, 0)
  const spool = (index: number) => ({ detail: { spool: { id: 'a1', index, chain: `c${index}`, recorded: 'x' } } })
  const opened = story.system({ event: 'spool-opened', spool: 'a1' })
  story.raise()
  const permit = story.add({
    kind: 'permit',
    outcome: 0,
    decision: { effect: 'permit', policies: [], bundle: '', epoch: 0 as never },
    ...spool(0),
  })
  story.follow('release', permit, spool(1))
  story.add({
    kind: 'spool-joined',
    outcome: 0,
    detail: { spool: 'a1', opened, frames: 2, entries: 2, releases: 1, chain: 'c1' },
  })
  const late = story.permit(1)
  story.raise()
  story.follow('write', late, { detail: { store: 'upstream' } })
  const report = await verify(await growLog(story.bodies))
  assert.deepEqual(told(report), {
    integrity: 'holds',
    order: 'holds',
    anchoring: 'cannot be told',
    completeness: 'holds',
  })
  assert.match(
    words(report, 'order'),
    /1 were decided on last known facts[\s\S]*1 writes happened at an upstream store/,
  )
  assert.match(words(report, 'completeness'), /1 local spools joined whole/)
})

const spoolTamperings: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['fewer frames than stated', { frames: 3 }],
  ['fewer entries than stated', { entries: 3 }],
  ['fewer releases than stated', { releases: 2 }],
  ['another end of its chain', { chain: 'c9' }],
  ['another announcement', { opened: 0 }],
]
for (const [name, change] of spoolTamperings) {
  test(`a spool that joined with ${name} is found`, async () => {
    const story = tellStory()
    const opened = story.system({ event: 'spool-opened', spool: 'a1' })
    for (const index of [0, 1]) story.system({ spool: { id: 'a1', index, chain: `c${index}`, recorded: 'x' } })
    const stated = { spool: 'a1', opened: opened + 0, frames: 2, entries: 2, releases: 0, chain: 'c1', ...change }
    if (name === 'another announcement') story.system({ note: 1 })
    const sequence = story.add({
      kind: 'spool-joined',
      outcome: 0,
      detail: { ...stated, ...(change.opened === 0 && { opened: 3 }) },
    })
    const report = await verify(await growLog(story.bodies))
    assert.equal(told(report).completeness, 'broken')
    assert.deepEqual(
      [first(report, 'completeness')!.problem, first(report, 'completeness')!.sequence],
      ['spool-broken', sequence],
    )
  })
}

test('a frame that is missing between two of a spool is found', async () => {
  const story = tellStory()
  story.system({ event: 'spool-opened', spool: 'a1' })
  story.system({ spool: { id: 'a1', index: 0, chain: 'c0', recorded: 'x' } })
  const sequence = story.system({ spool: { id: 'a1', index: 2, chain: 'c2', recorded: 'x' } })
  const report = await verify(await growLog(story.bodies))
  assert.deepEqual(first(report, 'completeness'), { problem: 'spool-broken', sequence, against: 1 })
})

test('a gap that the ledger states leaves completeness open, until it is healed', async () => {
  const story = tellStory()
  story.uses(2, 0)
  const gap = story.add({ kind: 'gap', outcome: 8, detail: { counter: 'bucket', subject: 'x' } })
  const report = await verify(await growLog(story.bodies))
  assert.equal(told(report).completeness, 'cannot be told')
  assert.match(words(report, 'completeness'), new RegExp(`1 gaps that are not healed: ${gap}`))
  story.add({ kind: 'gap', outcome: 0, detail: { counter: 'bucket', subject: 'x', heals: gap } })
  assert.equal(told(await verify(await growLog(story.bodies))).completeness, 'holds')
})

test('permits without an end are named', async () => {
  const story = tellStory()
  story.uses(2, 0)
  const open = story.permit(0)
  story.follow('withheld', story.permit(0))
  const report = await verify(await growLog(story.bodies))
  assert.equal(told(report).completeness, 'holds')
  assert.match(
    words(report, 'completeness'),
    new RegExp(`1 permits have no release, withholding or write after them: ${open}$`, 'm'),
  )
})

test('entries of a kind from a later version leave order open, not broken', async () => {
  const story = tellStory()
  story.uses(2, 0)
  story.bodies.push(story.bodies[0]!.replace('"kind":"permit"', '"kind":"prophecy"'))
  const report = await verify(await growLog(story.bodies))
  assert.equal(told(report).order, 'cannot be told')
  assert.match(words(report, 'order'), /1 entries, the first at 4, are of a kind or version/)
})

function words(report: Report, name: 'integrity' | 'order' | 'anchoring' | 'completeness'): string {
  return verdictOf(report, name)
    .words.map((each) => each.en)
    .join('\n')
}

test('a second tree is verified beside the first, whichever is ahead', async () => {
  const second = await growLog(whole.bodies, { suite: 'guomi', origin: `${log.origin}/sm3` })
  const keys = { trust: { logs: [log.signer.verifierKey, second.signer.verifierKey], timestampRoots: [] } }
  const addSecond = async (files: Map<string, Buffer>, size: number) => {
    const shorter = await growLog(whole.bodies.slice(0, size), {
      suite: 'guomi',
      origin: second.origin,
      signer: second.signer,
    })
    for (const [path, bytes] of await shorter.files()) if (!path.includes('entries')) files.set(`sm3/${path}`, bytes)
  }
  for (const [firstSize, secondSize, entriesToo, checkpoints] of [
    [1001, 1001, true, 2],
    [1001, 700, true, 2],
    [700, 1001, true, 1],
    [700, 1001, false, 2],
    [1001, 700, false, 2],
  ] as const) {
    const first = await growLog(whole.bodies.slice(0, firstSize), { signer: log.signer })
    const files = await first.files()
    await addSecond(files, secondSize)
    if (!entriesToo) for (const path of files.keys()) if (path.includes('entries')) files.delete(path)
    const evidence = await openTiledEvidence(pathsOf(files))
    const report = await verifyEvidence(evidence, { ...keys, crew: soloCrew(), atMs: storyStart })
    assert.equal(told(report).integrity, 'holds', JSON.stringify([firstSize, secondSize, report.verdicts[0]]))
    assert.equal(report.checkpoints, checkpoints)
  }
})
