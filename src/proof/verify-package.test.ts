import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cosigner, international, parseWitnessPolicy, withCosignatures } from '../crypto/index.ts'
import { answerOf, buildPackage } from './build-package.ts'
import type { ExportPackage } from './package.ts'
import { growLog, testOrigin } from './test-log.ts'
import { storyStart, tellStory } from './test-story.ts'
import { type Report, verdictOf } from './verdict.ts'
import type { Trust } from './verify-evidence.ts'
import { verifyPackage } from './verify-package.ts'

// The answer is made of entries 2 to 7, of which two are withheld; the asking stands at 40.
const story = tellStory()
story.uses(20, 0)
const answer = [2, 3, 4, 5, 6, 7]
const asking = story.add({
  kind: 'export',
  actor: { person: 'person-9' as never },
  outcome: 0,
  detail: {
    question: { patient: 'patient-3', text: '病人' },
    answer: answerOf(
      answer.map((sequence) => story.bodies[sequence]!),
      40,
    ),
  },
})
story.uses(130, 0)
const size = story.bodies.length
const log = await growLog(story.bodies)
const second = await growLog(story.bodies, { suite: 'guomi', origin: `${testOrigin}/sm3` })
const witness = cosigner('witness.example', international.generatePrivateKey())
const stranger = cosigner('stranger.example', international.generatePrivateKey())
const cosign = async (at: number, by = [witness]) => {
  const note = await log.note(at)
  const text = note.slice(0, note.indexOf('\n\n') + 1)
  const seconds = Math.floor(storyStart / 1000) + 3600
  return withCosignatures(
    note,
    by.map((one) => one.cosign(text, seconds).trimEnd()),
  )
}
const policy = parseWitnessPolicy(
  `log ${log.signer.verifierKey}\nlog ${second.signer.verifierKey}\nwitness office ${witness.verifierKey}\nquorum office\n`,
)
const trust: Trust = { logs: [], policy, timestampRoots: [] }

const leaves = answer.map((sequence) =>
  sequence === 4 || sequence === 5 ? { sequence } : { sequence, body: story.bodies[sequence]! },
)
const made = await buildPackage({
  trees: [
    { suite: 'international', note: await cosign(size, [witness, stranger]), tile: log.tile },
    { suite: 'guomi', note: await second.note(size), tile: second.tile },
  ],
  asking: { sequence: asking, body: story.bodies[asking]! },
  entries: leaves,
  anchors: [{ suite: 'international', note: await cosign(100) }],
  keys: [{ role: 'log', verifierKey: log.signer.verifierKey }],
})

const verify = (changed: ExportPackage, by: Trust = trust) =>
  verifyPackage(JSON.stringify(changed), { trust: by, atMs: storyStart })
const told = (report: Report) => Object.fromEntries(report.verdicts.map(({ name, verdict }) => [name, verdict]))
const english = (report: Report) => report.verdicts.flatMap(({ words }) => words.map(({ en }) => en)).join('\n')

test('a package holds by the policy of its reader; of order an excerpt cannot tell', () => {
  const report = verify(made)
  assert.deepEqual(told(report), {
    integrity: 'holds',
    order: 'cannot be told',
    anchoring: 'holds',
    completeness: 'holds',
  })
  assert.match(english(report), /the bytes of 4 opened entries and the hashes of 2 withheld ones/)
  assert.match(english(report), /asked by person-9 .*receipt: entry 40.*"text":"病人"/)
  assert.match(english(report), /6 entries, complete below 40/)
  assert.match(
    english(report),
    /witness office cosigned entries 0 to 300 at 2026-11-22T09:00:00.000Z; first, entries 0 to 99/,
  )
  assert.deepEqual(
    report.notCovered.map(({ place }) => place),
    ['/trees/0/note', '/keys'],
  )
})

test('by a key that came with it, nothing is told of integrity', () => {
  const report = verify(made, { logs: [], timestampRoots: [] })
  assert.deepEqual(told(report), {
    integrity: 'cannot be told',
    order: 'cannot be told',
    anchoring: 'cannot be told',
    completeness: 'holds',
  })
  assert.match(english(report), /you have not confirmed this key/)
})

const base64 = (bytes: Buffer) => bytes.toString('base64')
const tamperings: readonly (readonly [string, (changed: ExportPackage) => void, string, number?])[] = [
  [
    'a word changed in an entry',
    (p) => Object.assign(p.entries[0]!, { body: story.bodies[2]!.replace('7', '8') }),
    'path-wrong',
    2,
  ],
  ['an entry moved to another place', (p) => Object.assign(p.entries[0]!, { sequence: 3 }), 'path-wrong', 3],
  ['an entry left out', (p) => p.entries.splice(1, 1), 'answer-differs', 40],
  ['an entry added', (p) => p.entries.push(structuredClone(p.asking!)), 'answer-differs', 40],
  ['two entries that changed places', (p) => p.entries.unshift(p.entries.pop()!), 'answer-differs', 40],
  [
    'a withheld entry that stands for another',
    (p) =>
      Object.assign(p.entries[2]!, {
        leafHashes: { international: base64(log.leaves[9]!), guomi: base64(second.leaves[9]!) },
      }),
    'path-wrong',
    4,
  ],
  [
    'a withheld entry with another hash in one suite',
    (p) =>
      Object.assign(p.entries[2]!, {
        leafHashes: { international: base64(log.leaves[4]!), guomi: base64(second.leaves[9]!) },
      }),
    'path-wrong',
    4,
  ],
  [
    'a path for one tree only',
    (p) => Object.assign(p.entries[0]!, { paths: { international: p.entries[0]!.paths.international } }),
    'path-wrong',
    2,
  ],
  ['a path for a tree that is not there', (p) => p.trees.pop(), 'path-wrong', 2],
  ['a path beyond the hashes', (p) => p.entries[0]!.paths.guomi!.push(99_999), 'path-wrong', 2],
  [
    'another asking',
    (p) => Object.assign(p.asking!, { sequence: 41, body: story.bodies[41], paths: p.asking!.paths }),
    'path-wrong',
    41,
  ],
  [
    'an asking that states no answer',
    (p) => Object.assign(p, { asking: structuredClone(p.entries[0]) }),
    'answer-differs',
    2,
  ],
]
for (const [name, change, problem, sequence] of tamperings) {
  test(`${name} is found, and where`, () => {
    const changed = structuredClone(made)
    change(changed)
    const report = verify(changed)
    const findings = report.verdicts.flatMap((verdict) => verdict.findings)
    assert.ok(
      findings.some((found) => found.problem === problem && found.sequence === sequence),
      JSON.stringify(findings),
    )
    assert.notDeepEqual(told(report), told(verify(made)))
  })
}

test('trees of two sizes are not one package', async () => {
  const changed = structuredClone(made)
  changed.trees[1]!.note = await second.note(200)
  const findings = verdictOf(verify(changed), 'integrity').findings
  assert.ok(findings.some(({ problem }) => problem === 'trees-differ'))
})

test('an anchor of another history is found', async () => {
  const changed = structuredClone(made)
  const fork = await growLog(story.bodies.slice(0, 99), { signer: log.signer })
  changed.anchors[0]!.note = await fork.note(99)
  assert.deepEqual(verdictOf(verify(changed), 'integrity').findings, [
    { problem: 'checkpoint-invalid', suite: 'international' },
  ])
})

test('an entry dated after a witness saw it is found', async () => {
  const late = cosigner('witness.example', international.generatePrivateKey())
  const note = await log.note(size)
  const line = late.cosign(note.slice(0, note.indexOf('\n\n') + 1), Math.floor(storyStart / 1000) - 3600).trimEnd()
  const changed = structuredClone(made)
  changed.trees[0]!.note = withCosignatures(note, [line])
  const report = verify(changed, {
    logs: [log.signer.verifierKey, second.signer.verifierKey],
    policy: parseWitnessPolicy(`witness office ${late.verifierKey}\nquorum office\n`),
    timestampRoots: [],
  })
  assert.equal(verdictOf(report, 'anchoring').findings[0]!.problem, 'dated-after-anchor')
})

/** Places (JSON Pointer) at which two values differ. */
function differences(one: unknown, other: unknown, place = ''): string[] {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return Object.is(one, other) ? [] : [place]
  }
  const keys = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...keys].flatMap((key) =>
    differences((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key], `${place}/${key}`),
  )
}

test('whatever byte of a package is flipped, it does not hold, or the verdict names that part as not covered', () => {
  const text = Buffer.from(JSON.stringify(made))
  const flip = fc.tuple(fc.integer({ min: 0, max: text.length - 1 }), fc.integer({ min: 0, max: 7 }))
  const property = fc.property(flip, ([at, bit]) => {
    const changed = Buffer.from(text)
    changed[at]! ^= 1 << bit
    let report: Report
    try {
      report = verifyPackage(changed.toString(), { trust, atMs: storyStart })
    } catch (error) {
      assert.equal((error as { code?: unknown }).code, 'not-a-package')
      return
    }
    const verdicts = told(report)
    if (verdicts.integrity !== 'holds' || verdicts.anchoring !== 'holds' || verdicts.completeness !== 'holds') return
    for (const place of differences(made, JSON.parse(changed.toString()))) {
      assert.ok(
        report.notCovered.some((part) => place === part.place || place.startsWith(`${part.place}/`)),
        `byte ${at}: ${place} changed unseen`,
      )
    }
  })
  fc.assert(property, { numRuns: 300 })
})
