import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  type Cosigner,
  cosigner,
  international,
  noteSigner,
  parseWitnessPolicy,
  readPemCertificates,
  sha256,
  signSuccession,
  splitNote,
  timestampRequest,
  tokenOfResponse,
  withCosignatures,
} from '../crypto/index.ts'
import { makeTestAuthority, noAuthority } from '../crypto/test-timestamp-authority.ts'
import { soloCrew } from './crew.ts'
import type { FoundCheckpoint } from './evidence.ts'
import type { Finding } from './finding.ts'
import { growLog, pathsOf } from './test-log.ts'
import { storyStart, tellStory } from './test-story.ts'
import { openTiledEvidence } from './tiled-evidence.ts'
import { type Report, verdictOf } from './verdict.ts'
import { type Trust, verifyEvidence } from './verify-evidence.ts'

// A log of 600 entries, one a second from 08:00:01, whose key handed over at 400.

const story = tellStory()
story.uses(300, 0)
const log = await growLog(story.bodies)
const newKey = noteSigner(log.origin, international.generatePrivateKey())
const succession = await signSuccession(
  { log: log.origin, size: 400, root: log.root(400) },
  { from: log.signer, to: newKey },
)
const witnesses = ['office', 'ministry'].map((name) => cosigner(name, international.generatePrivateKey()))
const [office, ministry] = witnesses as [Cosigner, Cosigner]
const seconds = (size: number) => Math.floor(storyStart / 1000) + size

async function checkpoint(size: number, by: readonly Cosigner[], lag = 2): Promise<FoundCheckpoint> {
  const note = await log.note(size, [size > 400 ? newKey : log.signer])
  const { text } = splitNote(note)
  return {
    note: withCosignatures(
      note,
      by.map((one) => one.cosign(text, seconds(size) + lag).trimEnd()),
    ),
  }
}
const usual = await Promise.all([checkpoint(200, witnesses), checkpoint(400, [office]), checkpoint(600, [])])

const policy = (quorum: string) =>
  parseWitnessPolicy(
    `witness o ${office.verifierKey}\nwitness m ${ministry.verifierKey}\ngroup both all o m\nquorum ${quorum}\n`,
  )

async function verify(
  checkpoints: readonly FoundCheckpoint[],
  trust: Partial<Trust> = {},
  {
    successions = [succession],
    ...times
  }: { readonly successions?: readonly string[]; readonly atMs?: number; readonly toleranceMs?: number } = {},
): Promise<Report> {
  const evidence = await openTiledEvidence(pathsOf(await log.files()))
  const all = async function* () {
    yield* checkpoints
  }
  return verifyEvidence(
    { ...evidence, successions, trees: [{ ...evidence.trees[0]!, checkpoints: all }] },
    {
      trust: { logs: [log.signer.verifierKey], timestampRoots: [], ...trust },
      crew: soloCrew(),
      atMs: storyStart + 3_600_000,
      ...times,
    },
  )
}

const anchoring = (report: Report) => verdictOf(report, 'anchoring')
const said = (report: Report) =>
  anchoring(report)
    .words.map(({ en }) => en)
    .join('\n')
const findings = (report: Report): readonly Finding[] => report.verdicts.flatMap((verdict) => verdict.findings)

test('each witness’s range and times are told, and what is not anchored yet', async () => {
  const report = await verify(usual, { policy: policy('o') })
  assert.equal(anchoring(report).verdict, 'holds')
  assert.match(said(report), /third parties that you trust vouch for entries 0 to 399/)
  assert.match(
    said(report),
    /witness o cosigned entries 0 to 399 at 2026-11-22T08:06:42.000Z; first, entries 0 to 199 at 2026-11-22T08:03:22.000Z/,
  )
  assert.match(said(report), /witness m cosigned entries 0 to 199/)
  assert.match(said(report), /the 200 entries from 400 on are not anchored yet/)
})

test('where both witnesses are asked for, the range is what both have cosigned', async () => {
  assert.match(said(await verify(usual, { policy: policy('both') })), /vouch for entries 0 to 199/)
  const none = await verify(usual.slice(1), { policy: policy('both') })
  assert.equal(anchoring(none).verdict, 'cannot be told')
})

test('a cosignature that is wrong is found', async () => {
  const other = cosigner('office', international.generatePrivateKey())
  const forged = (await checkpoint(400, [other])).note.split(' ').at(-1)!
  const id = Buffer.alloc(4)
  id.writeUInt32BE(office.keyId)
  const line = `— office ${Buffer.concat([id, Buffer.from(forged, 'base64').subarray(4)]).toString('base64')}`
  const note = withCosignatures((await checkpoint(400, [])).note, [line])
  const report = await verify([usual[0]!, { note }, usual[2]!], { policy: policy('o') })
  assert.deepEqual(findings(report), [{ problem: 'cosignature-wrong', sequence: 399 }])
})

test('an entry dated after a witness saw it is found', async () => {
  const report = await verify([usual[0]!, await checkpoint(400, [office], -60), usual[2]!], { policy: policy('o') })
  assert.deepEqual(findings(report), [{ problem: 'dated-after-anchor', sequence: 399 }])
})

test('by a succession, either key is enough to confirm all checkpoints', async () => {
  for (const key of [log.signer, newKey]) {
    const report = await verify(usual, { logs: [key.verifierKey] })
    assert.equal(verdictOf(report, 'integrity').verdict, 'holds')
    assert.match(said(report), /signed 2 checkpoints, of 200 to 400 entries[\s\S]*signed 1 checkpoints, of 600 to 600/)
  }
})

test('without the succession, what the new key signed is nothing', async () => {
  assert.deepEqual(findings(await verify(usual, {}, { successions: [] })), [
    { problem: 'checkpoint-invalid', sequence: 400 },
  ])
})

test('the old key signs no more after it handed over, nor the new one before', async () => {
  const late: FoundCheckpoint = { note: await log.note(600, [log.signer]) }
  assert.deepEqual(findings(await verify([...usual.slice(0, 2), late])), [
    { problem: 'checkpoint-invalid', sequence: 400 },
  ])
  const early: FoundCheckpoint = { note: await log.note(200, [newKey]) }
  assert.deepEqual(findings(await verify([early, ...usual.slice(1)])), [{ problem: 'checkpoint-invalid', sequence: 0 }])
})

test('a succession of another history, or one that not both keys signed, is found', async () => {
  const keys = { from: log.signer, to: newKey }
  const elsewhere = await signSuccession({ log: log.origin, size: 400, root: log.root(399) }, keys)
  assert.deepEqual(findings(await verify(usual, {}, { successions: [elsewhere] })), [
    { problem: 'succession-wrong', sequence: 399 },
  ])
  const { text, lines } = splitNote(succession)
  const half = `${text}\n${lines[0]}\n`
  const report = await verify(usual, {}, { successions: [half] })
  assert.ok(findings(report).some(({ problem }) => problem === 'succession-wrong'))
})

test('time-stamps say since when the entries exist', { skip: noAuthority }, async () => {
  const authority = makeTestAuthority()
  after(() => authority.remove())
  const { text } = splitNote(usual[1]!.note)
  const digest = sha256(text)
  const token = tokenOfResponse(await authority.answer(timestampRequest({ algorithm: 'sha256', digest, nonce: 7n })))
  const stamped = (timestamp: Buffer) => [usual[0]!, { ...usual[1]!, timestamps: [timestamp] }, usual[2]!]
  const trust = { timestampRoots: readPemCertificates(authority.rootPem) }

  // The authority's clock is this machine's, which may stand before the story's.
  const now = { atMs: Date.now() + 1000, toleranceMs: 1000 * 24 * 3_600_000 }
  const good = await verify(stamped(token), trust, now)
  assert.equal(anchoring(good).verdict, 'holds')
  assert.match(said(good), /time-stamp authority .* says that entries 0 to 399 existed at/)

  const unknown = await verify(stamped(token), {}, now)
  assert.equal(anchoring(unknown).verdict, 'cannot be told')
  assert.deepEqual(
    unknown.notCovered.map(({ place }) => place),
    ['timestamps'],
  )

  const broken = Buffer.from(token)
  broken[broken.length - 5]! ^= 1
  assert.deepEqual(findings(await verify(stamped(broken), trust, now)), [{ problem: 'timestamp-wrong', sequence: 399 }])
  const swapped = [{ ...usual[0]!, timestamps: [token] }, ...usual.slice(1)]
  assert.deepEqual(findings(await verify(swapped, trust, now)), [{ problem: 'timestamp-wrong', sequence: 199 }])
})

for (const [what, at, expected] of [
  ['entries themselves tell how a key handed over, and the roots that the trees had', 40, []],
  ['a succession in an entry that names another root is found', 39, [{ problem: 'succession-wrong', sequence: 40 }]],
] as const) {
  test(what, async () => {
    const told = tellStory()
    told.uses(20, 0)
    const before = await growLog(told.bodies, { signer: log.signer })
    const keys = { from: log.signer, to: newKey }
    const statement = await signSuccession({ log: log.origin, size: 40, root: before.root(at) }, keys)
    told.add({
      kind: 'anchor',
      outcome: 0,
      detail: { event: 'key-succession', origin: log.origin, size: 40, statement },
    })
    const root = (of: Buffer) => ({ logs: [{ origin: log.origin, size: 40, root: of.toString('base64') }] })
    told.add({ kind: 'anchor', outcome: 0, detail: root(before.root(40)) })
    told.add({ kind: 'anchor', outcome: 0, detail: root(before.root(39)) })
    const grown = await growLog(told.bodies, { signer: log.signer })
    const evidence = await openTiledEvidence(pathsOf(await grown.files()))
    const notes = [await grown.note(40), await grown.note(43, [newKey])]
    const report = await verifyEvidence(
      {
        ...evidence,
        trees: [
          {
            ...evidence.trees[0]!,
            async *checkpoints() {
              for (const note of notes) yield { note }
            },
          },
        ],
      },
      { trust: { logs: [log.signer.verifierKey], timestampRoots: [] }, crew: soloCrew(), atMs: storyStart },
    )
    assert.equal(verdictOf(report, 'integrity').verdict, 'holds')
    assert.deepEqual(findings(report), [...expected, { problem: 'anchor-differs', sequence: 42 }])
  })
}
