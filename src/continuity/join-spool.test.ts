import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { existsSync, rmSync, truncateSync } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { silentLog } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type EntryDraft, type Ledger, openLedger, parseEntry } from '../ledger/index.ts'
import { type JoinDesk, type JoinedFlaw, joinSpool } from './join-spool.ts'
import { readSpool } from './read-spool.ts'
import { openSpool, type Spool, type SpoolPlace } from './spool.ts'
import { filesOf } from './spool-folder.ts'
import { registerSpool, sequenceOfSpoolReceipt } from './spool-registry.ts'

let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
let dataDir: string
before(async () => {
  at = await openTestDatabase()
  ledger = await openLedger({ database: at.database })
  dataDir = await mkdtemp(join(tmpdir(), 'chartward-join-'))
})
after(async () => {
  await ledger.close()
  await at.drop()
  await rm(dataDir, { recursive: true, force: true })
})

const permit: EntryDraft = {
  kind: 'permit',
  outcome: 0,
  decision: { effect: 'permit', policies: [], bundle: '', epoch: 0 as never },
}
const releaseOf = (place: SpoolPlace): EntryDraft => ({
  kind: 'release',
  follows: (-1 - place.index) as never,
  outcome: 0,
})

/** A spool of `uses` uses whose process is gone. */
async function left(uses: number): Promise<Spool> {
  const spool = await openSpool({ dataDir, maxBytes: 1_000_000 })
  await registerSpool({ id: spool.id, fingerprint: spool.fingerprint }, { database: at.database, ledger, process: 'p' })
  for (let use = 0; use < uses; use++) {
    const place = await spool.append([permit], Date.now())
    await spool.append([releaseOf(place)], Date.now())
  }
  await spool.close()
  return spool
}

function deskOf(more: Partial<JoinDesk> = {}): JoinDesk & { readonly flaws: JoinedFlaw[] } {
  const flaws: JoinedFlaw[] = []
  return {
    dataDir,
    database: at.database,
    ledger,
    log: silentLog,
    judge: async () => ({ effect: 'permit' }),
    onFlaw: async (_tx, flaw) => void flaws.push(flaw),
    ...more,
    flaws,
  }
}

/** Entries of one spool and its closing entry, in the order of the ledger. */
async function entriesOf(spool: string) {
  const rows = await at.database.query<{ sequence: number; body: string }>(
    'select sequence, body from ledger_entry where body like $1 order by sequence',
    [`%${spool}%`],
  )
  return rows
    .map(({ sequence, body }) => ({ sequence, ...parseEntry(body) }))
    .filter((entry) => entry.detail?.event !== 'spool-opened')
}

test('a spool is joined in its order, once, with count, head and the place of every receipt', async () => {
  const spool = await left(80)
  const joined = await joinSpool(spool.id, deskOf())
  assert.deepEqual(joined, { spool: spool.id, frames: 160, forReview: 0 })
  const entries = await entriesOf(spool.id)
  const closing = entries.pop()!
  assert.equal(closing.kind, 'spool-joined')
  assert.deepEqual(
    [closing.detail!.frames, closing.detail!.entries, closing.detail!.releases, closing.detail!.chain],
    [160, 160, 80, spool.head().chain],
  )
  assert.deepEqual(
    entries.map((entry) => (entry.detail!.spool as { index: number }).index),
    Array.from({ length: 160 }, (_, index) => index),
  )
  for (const [index, entry] of entries.entries()) {
    assert.equal(await sequenceOfSpoolReceipt(at.database, `S${spool.id}-${index}`), entry.sequence)
    if (entry.kind === 'release') assert.equal(entry.follows, entries[index - 1]!.sequence)
  }
  const size = await ledger.size()
  assert.equal(await joinSpool(spool.id, deskOf()), undefined)
  assert.equal(await ledger.size(), size)
  for (const file of Object.values(filesOf(dataDir, spool.id))) assert.ok(!existsSync(file), file)
})

test('a use that would be refused by now is joined all the same, and named for review', async () => {
  const spool = await left(3)
  const judge: JoinDesk['judge'] = async (_draft, recordedMs) => {
    assert.ok(Math.abs(Date.now() - recordedMs) < 60_000)
    return { effect: 'deny', code: 'inactive' }
  }
  assert.equal((await joinSpool(spool.id, deskOf({ judge })))!.forReview, 3)
  const closing = (await entriesOf(spool.id)).at(-1)!
  assert.equal(closing.outcome, 8)
  assert.deepEqual(closing.detail!.reviews, [
    { index: 0, code: 'inactive' },
    { index: 2, code: 'inactive' },
    { index: 4, code: 'inactive' },
  ])
})

test('a use that cannot be decided any more is named for review too', async () => {
  const spool = await left(1)
  await joinSpool(spool.id, deskOf({ judge: () => Promise.reject(new Error('the record is gone')) }))
  assert.deepEqual((await entriesOf(spool.id)).at(-1)!.detail!.reviews, [{ index: 0, code: 'undecided' }])
})

test('a spool that lost its end, its file or its key is told with the first frame concerned', async () => {
  const cut = await left(4)
  const { frames } = filesOf(dataDir, cut.id)
  truncateSync(frames, (await stat(frames)).size - 40)
  const gone = await left(2)
  rmSync(filesOf(dataDir, gone.id).frames)
  const keyless = await left(2)
  rmSync(filesOf(dataDir, keyless.id).key)
  for (const [spool, kind, index, framesRead] of [
    [cut, 'truncated', 7, 7],
    [gone, 'file-missing', 0, 0],
    [keyless, 'key-missing', 0, 0],
  ] as const) {
    const desk = deskOf()
    await joinSpool(spool.id, desk)
    assert.deepEqual(desk.flaws, [{ spool: spool.id, kind, index, framesRead }])
    const closing = (await entriesOf(spool.id)).at(-1)!
    assert.deepEqual([closing.kind, closing.detail!.flaw, closing.outcome], ['spool-joined', { kind, index }, 8])
  }
  // What is left of it is evidence.
  assert.ok(existsSync(`${frames}.flawed`))
})

test('a spool that somebody made up does not enter the ledger', async () => {
  const invented = await openSpool({ dataDir, maxBytes: 1_000_000 })
  await invented.append([permit], 0)
  await invented.close()
  const desk = deskOf()
  assert.equal(await joinSpool(invented.id, desk), undefined)
  assert.deepEqual(desk.flaws, [{ spool: invented.id, kind: 'unregistered', index: 0, framesRead: 1 }])
  // Nor does a row that a database administrator adds for it: its announcement has to stand in the ledger.
  await at.database.query(
    'insert into continuity_spool (id, key_fingerprint, opened_sequence, opened_at) values ($1, $2, 0, now())',
    [invented.id, invented.fingerprint],
  )
  assert.equal(await joinSpool(invented.id, desk), undefined)
  assert.deepEqual(await entriesOf(invented.id), [])
})

test('killed anywhere while spooling and joining, every acknowledged use stands in the ledger once and in order', async () => {
  let acknowledged = 0
  let interrupted = 0
  for (let round = 0; round < 8; round++) {
    const { spools, acks } = await spoolUntilKilled(40 + Math.random() * 60)
    const chains = new Map<string, string>()
    for (const spool of spools) {
      const written = await readSpool(dataDir, spool)
      assert.equal(written.flaw, undefined)
      chains.set(spool, written.chain)
    }
    interrupted += spools.length + (await joinUntilKilled(spools, Math.random() * 30))
    for (const spool of spools) {
      await joinSpool(spool, deskOf())
      const own = acks.filter((ack) => ack.permit.spool === spool)
      acknowledged += own.length
      requireJoined(await entriesOf(spool), chains.get(spool)!, own)
    }
  }
  assert.ok(acknowledged > 0)
  assert.ok(interrupted >= 50, `${interrupted} spools were caught in the middle`)
})

/** Every frame once, in its order, with what was acknowledged at the place and under the chain that was told. */
function requireJoined(entries: Awaited<ReturnType<typeof entriesOf>>, chain: string, acks: readonly Ack[]): void {
  const closing = entries.pop()!
  assert.deepEqual([closing.kind, closing.detail!.chain], ['spool-joined', chain])
  const places = entries.map((entry) => entry.detail!.spool as { index: number; chain: string })
  assert.deepEqual(
    places.map((place) => place.index),
    places.map((_, index) => index),
  )
  for (const { permit, release } of acks) {
    for (const place of [permit, release]) assert.equal(places[place.index]!.chain, place.chain)
    assert.equal(entries[release.index]!.follows, entries[permit.index]!.sequence)
  }
}

interface Ack {
  readonly permit: SpoolPlace
  readonly release: SpoolPlace
}

function startChild(...args: readonly string[]): ChildProcess {
  return fork(join(import.meta.dirname, 'spooling.killed.ts'), args, { stdio: 'inherit' })
}
const gone = (child: ChildProcess) => new Promise<void>((done) => child.once('exit', () => done()))
const pause = (ms: number) => new Promise((next) => setTimeout(next, ms))

async function spoolUntilKilled(afterMs: number): Promise<{ spools: readonly string[]; acks: readonly Ack[] }> {
  const child = startChild('spool', at.url, dataDir)
  const spools: string[] = []
  const acks: Ack[] = []
  const ended = gone(child)
  await new Promise<void>((opened) => {
    child.on('message', (message: { opened: string } | Ack) => {
      if ('opened' in message) spools.push(message.opened)
      else acks.push(message)
      if (spools.length === 4) opened()
    })
  })
  await pause(afterMs)
  child.kill('SIGKILL')
  await ended
  return { spools, acks }
}

/** Kills a joiner as soon as the ledger grows, and a moment later. @returns how many spools it left in the middle. */
async function joinUntilKilled(spools: readonly string[], laterMs: number): Promise<number> {
  const before = await ledger.size()
  const child = startChild('join', at.url, dataDir, ...spools)
  let exited = false
  const ended = gone(child).then(() => {
    exited = true
  })
  while (!exited && (await ledger.size()) === before) await pause(1)
  await pause(laterMs)
  child.kill('SIGKILL')
  await ended
  const rows = await at.database.query('select from continuity_spool where id = any($1) and joined_sequence is null', [
    spools,
  ])
  return rows.length
}
