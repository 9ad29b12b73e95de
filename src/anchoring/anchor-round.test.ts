import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  guomi,
  international,
  noteSigner,
  parseVerifierKey,
  readPemCertificates,
  sha256Hex,
  sm3,
  splitNote,
  verifyTimestamp,
} from '../crypto/index.ts'
import { makeTestAuthority, noAuthority, type TestAuthority } from '../crypto/test-timestamp-authority.ts'
import { silentLog, systemClock } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { guomiOrigin, type Ledger, openLedger, parseEntry } from '../ledger/index.ts'
import { integrateOnce } from '../ledger/integrate.ts'
import { anchorOnce } from './anchor-round.ts'
import { type OwnLog, ownLog } from './own-log.ts'
import { allTimestamps } from './timestamp-store.ts'

const skip = noAuthority
const origin = 'chartward.local/ledger'
const signer = noteSigner(origin, international.generatePrivateKey())
const guomiSigner = noteSigner(guomiOrigin(origin), guomi.generatePrivateKey(), guomi)

let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
let ownLogs: readonly OwnLog[]
let authority: TestAuthority
before(async () => {
  if (skip) return
  authority = makeTestAuthority('Provincial')
  at = await openTestDatabase()
  ledger = await openLedger({ database: at.database })
  ownLogs = [
    ownLog('international', { database: at.database, origin, verifiers: [parseVerifierKey(signer.verifierKey)] }),
    ownLog('guomi', {
      database: at.database,
      origin: guomiSigner.name,
      verifiers: [parseVerifierKey(guomiSigner.verifierKey)],
    }),
  ]
})
after(async () => {
  if (skip) return
  authority.remove()
  await ledger.close()
  await at.drop()
})

const append = async () => {
  await ledger.record([{ kind: 'system', outcome: 0 }])
  await integrateOnce({ database: at.database, origin, signer, guomiSigner, clock: systemClock })
}
const parts = (url?: string, rootPem = authority.rootPem) => ({
  database: at.database,
  ledger,
  clock: systemClock,
  log: silentLog,
  ownLogs,
  ...(url !== undefined && { authority: { url, roots: readPemCertificates(rootPem) } }),
})
const anchorEntries = async () => {
  const rows = await at.database.query<{ body: string }>(
    'select body from ledger_entry e join ledger_anchor a on a.sequence = e.sequence order by e.sequence',
  )
  return rows.map((row) => parseEntry(row.body))
}

test('the checkpoints of both logs are stamped, each by its own digest, and an entry binds them together', {
  skip,
}, async () => {
  await append()
  const server = await authority.listen()
  const anchored = await anchorOnce(parts(server.url))
  await server.close()
  assert.deepEqual(
    anchored.map(({ ownLog: log, stamped }) => [log.origin, stamped?.timestamp.algorithm]),
    [
      [origin, 'sha256'],
      [`${origin}/sm3`, 'sm3'],
    ],
  )
  const stored = await allTimestamps(at.database)
  const second = anchored[1]!
  const verdict = verifyTimestamp(stored[1]!.token, {
    algorithm: 'sm3',
    digest: sm3(splitNote(second.checkpoint.note).text),
    roots: readPemCertificates(authority.rootPem),
    atMs: Date.now(),
  })
  assert.equal(verdict.outcome, 'valid')

  const [entry] = await anchorEntries()
  const [first, other] = (entry!.detail as { logs: { origin: string; root: string; timestamp: { token: string } }[] })
    .logs
  assert.equal(entry!.kind, 'anchor')
  assert.equal(first!.timestamp.token, sha256Hex(stored[0]!.token))
  assert.deepEqual([other!.origin, other!.root], [`${origin}/sm3`, second.checkpoint.root.toString('base64')])
  // The next checkpoints of both logs cover the entry, and with it each other.
  await append()
  assert.ok((await ownLogs[1]!.newest())!.size > second.checkpoint.size)
})

test('an anchor that is young enough is not made again, by whichever process', { skip }, async () => {
  const before = (await anchorEntries()).length
  assert.deepEqual(await anchorOnce(parts(), 3_600_000), [])
  await Promise.all([1, 2, 3].map(() => anchorOnce(parts(), 0)))
  const made = (await anchorEntries()).length - before
  assert.ok(made >= 1 && made <= 3)
  assert.equal((await anchorEntries()).at(-1)!.outcome, 0)
})

test('stamps that do not hold are not stored, and no entry speaks of them', { skip }, async () => {
  const [stamps, entries] = [(await allTimestamps(at.database)).length, (await anchorEntries()).length]
  let replayed: Buffer | undefined
  const stranger = makeTestAuthority('Provincial')
  const flip = (answer: Buffer) => {
    const tampered = Buffer.from(answer)
    tampered[tampered.length - 5]! ^= 1
    return tampered
  }
  for (const [name, by, tamper] of [
    ['another nonce', authority, (answer: Buffer) => (replayed ??= answer)],
    ['a turned bit', authority, flip],
    ['rubbish', authority, () => Buffer.from('rubbish')],
    ['another authority', stranger, (answer: Buffer) => answer],
  ] as const) {
    const server = await by.listen(tamper)
    if (name === 'another nonce') await anchorOnce(parts(server.url)).catch(() => {})
    await assert.rejects(anchorOnce(parts(server.url)), { code: 'timestamp-refused' }, name)
    await server.close()
    await assert.rejects(anchorOnce(parts(server.url)), { code: 'anchor-unreachable' })
  }
  stranger.remove()
  assert.deepEqual([(await allTimestamps(at.database)).length, (await anchorEntries()).length], [stamps, entries])
})

test('tokens and anchors refuse to be changed', { skip }, async () => {
  for (const table of ['ledger_timestamp', 'ledger_anchor']) {
    await assert.rejects(at.database.query(`delete from ${table}`), { code: '23001' }, table)
  }
})
