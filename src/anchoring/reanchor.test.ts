import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  type ArchiveLink,
  emptyFrontier,
  international,
  leafHash,
  manifestText,
  noteSigner,
  parseVerifierKey,
  readManifest,
  readPemCertificates,
  verifyArchive,
} from '../crypto/index.ts'
import { makeTestAuthority, noAuthority, type TestAuthority } from '../crypto/test-timestamp-authority.ts'
import { silentLog, systemClock } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type Ledger, openLedger, openTree, parseEntry } from '../ledger/index.ts'
import { integrateOnce } from '../ledger/integrate.ts'
import { anchorOnce } from './anchor-round.ts'
import { entriesRoot } from './entries-root.ts'
import { ownLog } from './own-log.ts'
import { entriesDiffer, type ReanchorOptions, readArchive, reanchor } from './reanchor.ts'
import { allTimestamps } from './timestamp-store.ts'

const skip = noAuthority
const origin = 'chartward.local/ledger'
const signer = noteSigner(origin, international.generatePrivateKey())
const yearMs = 365.25 * 24 * 3_600_000

let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
let old: TestAuthority
let next: TestAuthority
before(async () => {
  if (skip) return
  old = makeTestAuthority('Old', 3650)
  next = makeTestAuthority('Next', 7000)
  at = await openTestDatabase()
  ledger = await openLedger({ database: at.database })
})
after(async () => {
  if (skip) return
  old.remove()
  next.remove()
  await ledger.close()
  await at.drop()
})

const append = async (count = 3) => {
  await ledger.record(Array.from({ length: count }, () => ({ kind: 'system', outcome: 0 }) as const))
  await integrateOnce({ database: at.database, origin, signer, clock: systemClock })
}
async function withAuthority<Result>(
  authority: TestAuthority,
  work: (parts: Parameters<typeof reanchor>[0]) => Promise<Result>,
): Promise<Result> {
  const server = await authority.listen()
  try {
    return await work({
      database: at.database,
      ledger,
      clock: systemClock,
      log: silentLog,
      ownLogs: [
        ownLog('international', { database: at.database, origin, verifiers: [parseVerifierKey(signer.verifierKey)] }),
      ],
      authority: { url: server.url, roots: readPemCertificates(authority.rootPem) },
    })
  } finally {
    await server.close()
  }
}
const options = (algorithm: ReanchorOptions['algorithm'], withEntries = false): ReanchorOptions => ({
  algorithm,
  withEntries,
  cosigned: async (checkpoint) => checkpoint,
})
const evidence = async (atMs = Date.now()) => ({
  roots: [...readPemCertificates(old.rootPem), ...readPemCertificates(next.rootPem)],
  tokens: (await allTimestamps(at.database)).map(({ token }) => token),
  atMs,
})
const links = async (): Promise<ArchiveLink[]> => [...(await readArchive(at.database))]

test('each link digests all that came before, by its own algorithm, and the chain holds when its first authority has ended', {
  skip,
}, async () => {
  await append()
  await withAuthority(old, (parts) => anchorOnce(parts))
  const first = await withAuthority(old, (parts) => reanchor(parts, options('sha256')))
  assert.deepEqual([first.number, first.manifest.previous, first.manifest.timestamps.length], [0, undefined, 1])
  // Alone it does not outlive its authority.
  assert.equal(verifyArchive(await links(), await evidence()).outcome, 'valid')
  const late = Date.now() + 12 * yearMs
  assert.deepEqual(verifyArchive(await links(), await evidence(late)), {
    outcome: 'refused',
    link: 0,
    problem: 'certificate-not-valid',
  })

  await append()
  await withAuthority(old, (parts) => anchorOnce(parts))
  await withAuthority(next, (parts) => reanchor(parts, options('sha512', true)))
  const verdict = verifyArchive(await links(), await evidence(late))
  assert.ok(verdict.outcome === 'valid')
  assert.deepEqual(
    verdict.links.map(({ algorithm, authority }) => [algorithm, authority]),
    [
      ['sha256', 'O=Old, CN=tsa'],
      ['sha512', 'O=Next, CN=tsa'],
    ],
  )
  const [row] = await at.database.query<{ body: string }>(
    'select body from ledger_entry order by sequence desc limit 1',
  )
  const entry = parseEntry(row!.body)
  assert.deepEqual([entry.kind, entry.detail?.archive, entry.detail?.algorithm], ['anchor', 1, 'sha512'])
})

test('the renewal over entries is the tree over their very bytes', { skip }, async () => {
  const { tile } = openTree({ database: at.database })
  const manifest = readManifest((await links()).at(-1)!.manifest)!
  const bodies = await at.database.query<{ body: string }>('select body from ledger_entry order by sequence limit $1', [
    manifest.entries!.size,
  ])
  assert.equal((await entriesRoot(tile, manifest.entries!.size, 'sha512')).toString('hex'), manifest.entries!.root)
  // By SHA-256 it is the root of the ledger's own tree.
  const tree = emptyFrontier()
  for (const { body } of bodies) tree.append(leafHash(body))
  assert.deepEqual(await entriesRoot(tile, bodies.length, 'sha256'), tree.root())
  assert.equal(await entriesDiffer(tile, await readArchive(at.database)), undefined)
  await at.database.transaction(async (tx) => {
    await tx.query('set local session_replication_role = replica')
    await tx.query(`update ledger_entry set body = replace(body, 'system', 'System') where sequence = 1`)
  })
  assert.equal(await entriesDiffer(tile, await readArchive(at.database)), 1)
  const one = bodies.slice(0, 1).map(({ body }) => hash('sha512', `\0${body}`, 'buffer'))
  assert.deepEqual(await entriesRoot(tile, 1, 'sha512'), one[0])
  await assert.rejects(entriesRoot(tile, 1_000_000, 'sha512'), { code: 'ledger-incomplete' })
})

test('a chain that was changed is refused at the first link that does not hold, seen from the last', {
  skip,
}, async () => {
  const [first, second] = (await links()) as [ArchiveLink, ArchiveLink]
  const whole = await evidence()
  const changed = (link: ArchiveLink, change: (manifest: NonNullable<ReturnType<typeof readManifest>>) => object) => ({
    ...link,
    manifest: manifestText({ ...readManifest(link.manifest)!, ...change(readManifest(link.manifest)!) }),
  })
  for (const [chain, link, problem] of [
    [[second], 0, 'chain-broken'],
    [[first, changed(second, () => ({ checkpoints: [] }))], 1, 'wrong-imprint'],
    [[changed(first, () => ({ checkpoints: [] })), second], 1, 'chain-broken'],
    [[first, { ...second, token: first.token }], 1, 'wrong-imprint'],
    [[{ ...first, token: second.token }, second], 1, 'chain-broken'],
    [[first, { ...second, manifest: `${second.manifest} ` }], 1, 'manifest-malformed'],
    [[first, { ...second, manifest: '{}' }], 1, 'manifest-malformed'],
    [[first, changed(second, ({ timestamps }) => ({ timestamps: timestamps.slice(1) }))], 1, 'tokens-differ'],
  ] as const) {
    assert.deepEqual(verifyArchive(chain, whole), { outcome: 'refused', link, problem })
  }
  for (const tokens of [whole.tokens.slice(1), whole.tokens.toReversed(), []]) {
    assert.deepEqual(verifyArchive([first, second], { ...whole, tokens }), {
      outcome: 'refused',
      link: 1,
      problem: 'tokens-differ',
    })
  }
  assert.deepEqual(verifyArchive([first, second], { ...whole, roots: readPemCertificates(next.rootPem) }), {
    outcome: 'refused',
    link: 0,
    problem: 'untrusted-authority',
  })
})

test('without an authority nothing is renewed, and what was archived refuses to be changed', { skip }, async () => {
  await assert.rejects(
    withAuthority(old, (parts) => reanchor({ ...parts, authority: undefined as never }, options('sha256'))),
    { code: 'anchoring-misconfigured' },
  )
  await assert.rejects(at.database.query(`update ledger_archive set manifest = ''`), { code: '23001' })
})
