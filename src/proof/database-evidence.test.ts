import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { checkpointText, guomi, international, leafHash, noteSigner, signNote } from '../crypto/index.ts'
import { systemClock, type Transaction } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type EntryDraft, guomiOrigin, type Ledger, openLedger } from '../ledger/index.ts'
import { integrateOnce } from '../ledger/integrate.ts'
import { projectUpTo } from '../ledger/project.ts'
import { soloCrew } from './crew.ts'
import { openDatabaseEvidence } from './database-evidence.ts'
import type { Finding } from './finding.ts'
import { type Report, verdictOf } from './verdict.ts'
import { type Held, verifyEvidence } from './verify-evidence.ts'

let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
let heldNote = ''
const origin = 'chartward.local/test-hospital'
const signer = noteSigner(origin, international.generatePrivateKey())
const guomiSigner = noteSigner(guomiOrigin(origin), guomi.generatePrivateKey(), guomi)
const system: EntryDraft = { kind: 'system', outcome: 0 }

// Checkpoints of both trees at 1000, 2000 and 3000 entries; 50 entries are not covered yet. Two stretches are traced.
before(async () => {
  at = await openTestDatabase()
  ledger = await openLedger({ database: at.database })
  for (let step = 0; step < 3; step++) {
    await ledger.record(Array.from({ length: 1000 }, () => system))
    await integrateOnce({ database: at.database, origin, signer, guomiSigner, clock: systemClock })
  }
  const [row] = await at.database.query<{ note: string }>('select note from ledger_checkpoint where size = 3000')
  heldNote = row!.note
  await ledger.record(Array.from({ length: 50 }, () => system))
  await projectUpTo(at.database, 3050)
})
after(async () => {
  await ledger.close()
  await at.drop()
})

async function verify(held: readonly Held[] = []): Promise<Report> {
  return verifyEvidence(await openDatabaseEvidence(at.database, origin), {
    trust: { logs: [signer.verifierKey, guomiSigner.verifierKey], timestampRoots: [] },
    crew: soloCrew(),
    held,
    atMs: systemClock.now(),
  })
}

const firstFinding = ({ verdicts }: Report): Finding | undefined => verdicts.flatMap(({ findings }) => findings)[0]

test('an untouched ledger is whole in both trees', async () => {
  const report = await verify([{ kind: 'checkpoint', note: heldNote }])
  assert.deepEqual(
    report.verdicts.map(({ name, verdict }) => `${name} ${verdict}`),
    ['integrity holds', 'order holds', 'anchoring cannot be told', 'completeness holds'],
  )
  assert.deepEqual([report.size, report.entriesRead, report.checkpoints], [3050, 3050, 6])
  const said = verdictOf(report, 'integrity').words.map((words) => words.en)
  assert.ok(said.some((words) => words.startsWith('the last 50 entries are covered by no checkpoint yet')))
  assert.ok(said.some((words) => words.startsWith('the SM3 tree over the same entries was recomputed too, with 3')))
})

/** What a superuser can do, with the triggers off. */
async function tamper(statement: string, values: readonly unknown[] = []): Promise<void> {
  await at.database.transaction(async (tx: Transaction) => {
    await tx.query('set local session_replication_role = replica')
    await tx.query(statement, values)
  })
}

const tables = [
  'ledger_entry',
  'ledger_tile',
  'ledger_checkpoint',
  'ledger_guomi_checkpoint',
  'ledger_head',
  'trace_block',
  'trace_stretch',
]

async function reportAfter(change: () => Promise<void>, held: readonly Held[] = []): Promise<Report> {
  for (const table of tables) await at.database.query(`create table kept_${table} as table ${table}`)
  try {
    await change()
    return await verify(held)
  } finally {
    for (const table of tables) {
      await tamper(`delete from ${table}`)
      await tamper(`insert into ${table} select * from kept_${table}`)
      await at.database.query(`drop table kept_${table}`)
    }
  }
}

const forged = '{"forged":true}'
const forgedLeaf = leafHash(forged)
/** A root nobody signed. */
const forgedNote = await signNote(checkpointText({ origin, size: 2000, root: forgedLeaf }), [
  noteSigner(origin, international.generatePrivateKey()),
])

const tamperings: readonly (readonly [string, string, readonly unknown[], Finding])[] = [
  [
    'an edited body',
    `update ledger_entry set body = replace(body, '"outcome":0', '"outcome":4') where sequence = 1234`,
    [],
    { problem: 'entry-altered', sequence: 1234 },
  ],
  [
    'a body replaced with its leaf hash',
    'update ledger_entry set body = $1, leaf_hash = $2 where sequence = 77',
    [forged, forgedLeaf],
    { problem: 'entry-replaced', sequence: 77 },
  ],
  [
    'a body replaced with its leaf hash and its tile',
    `with entry as (update ledger_entry set body = $1, leaf_hash = $2 where sequence = 1500)
     update ledger_tile set hashes = overlay(hashes placing $2 from (1500 % 256) * 32 + 1)
     where suite = 'international' and level = 0 and index = 1500 / 256`,
    [forged, forgedLeaf],
    { problem: 'root-differs', sequence: 1000 },
  ],
  ['a deleted entry', 'delete from ledger_entry where sequence = 9', [], { problem: 'entry-missing', sequence: 9 }],
  [
    'a deleted entry that closes the gap behind it',
    `with gone as (delete from ledger_entry where sequence >= 9 returning *)
     insert into ledger_entry select sequence - 1 + 4000, leaf_hash, body from gone where sequence > 9`,
    [],
    { problem: 'entry-missing', sequence: 9 },
  ],
  [
    'two entries that changed places',
    `update ledger_entry e set body = o.body, leaf_hash = o.leaf_hash from ledger_entry o
     where (e.sequence, o.sequence) in ((5, 6), (6, 5))`,
    [],
    { problem: 'entry-replaced', sequence: 5 },
  ],
  [
    'an end cut off, and the head with it',
    'with gone as (delete from ledger_entry where sequence >= 2990) update ledger_head set size = 2990',
    [],
    { problem: 'entry-missing', sequence: 2990 },
  ],
  ['a head set back', 'update ledger_head set size = 3010', [], { problem: 'head-differs', sequence: 3010 }],
  [
    'a tile taken away',
    `delete from ledger_tile where suite = 'international' and level = 0 and index = 3`,
    [],
    { problem: 'tile-missing', sequence: 768 },
  ],
  [
    'a tile of the SM3 tree changed',
    `update ledger_tile set hashes = overlay(hashes placing '\\x0000'::bytea from 65) where suite = 'guomi' and level = 0 and index = 3`,
    [],
    { problem: 'entry-replaced', sequence: 770, suite: 'guomi' },
  ],
  [
    'a checkpoint by another key',
    'update ledger_checkpoint set note = $1, root_hash = $2 where size = 2000',
    [forgedNote, forgedLeaf],
    { problem: 'checkpoint-invalid', sequence: 1000 },
  ],
  [
    'a checkpoint taken out of the chain',
    'delete from ledger_checkpoint where size = 2000',
    [],
    { problem: 'checkpoint-invalid', sequence: 1000 },
  ],
  [
    'a checkpoint of the SM3 tree taken out of its chain',
    'delete from ledger_guomi_checkpoint where size = 2000',
    [],
    { problem: 'checkpoint-invalid', sequence: 1000, suite: 'guomi' },
  ],
  [
    'an index for questions that leaves an entry out',
    `update trace_block set terms = ''::bytea where level = 0 and unit = 1 and terms in (
       select terms from trace_block where level = 0 and unit = 1 order by bucket limit 1)`,
    [],
    { problem: 'trace-differs', sequence: 1024 },
  ],
  [
    'an index for questions that says another time',
    `update trace_stretch set recorded = overlay(recorded placing '\\x01020304'::bytea from 4 * 7 + 1) where stretch = 1`,
    [],
    { problem: 'trace-differs', sequence: 1024 },
  ],
]

for (const [name, statement, values, finding] of tamperings) {
  test(`${name} is found, and where`, async () => {
    const report = await reportAfter(() => tamper(statement, values))
    const found = report.verdicts.flatMap(({ findings }) => findings)
    assert.ok(
      found.some((one) => isDeepStrictEqual(one, finding)),
      JSON.stringify(found),
    )
  })
}

test('everything made anew with database rights, keys and all, is found by whoever holds a checkpoint', async () => {
  const anew = async () => {
    for (const table of ['ledger_guomi_checkpoint', 'ledger_checkpoint', 'ledger_tile'])
      await tamper(`delete from ${table}`)
    await tamper(`update ledger_entry set body = $1, leaf_hash = $2 where sequence = 42`, [
      JSON.stringify({ ...JSON.parse('{}') }),
      leafHash('{}'),
    ])
    await integrateOnce({ database: at.database, origin, signer, guomiSigner, clock: systemClock })
  }
  const report = await reportAfter(anew, [{ kind: 'checkpoint', note: heldNote }])
  assert.deepEqual(firstFinding(report), { problem: 'held-differs', sequence: 2999 })
})

test('an old backup is found by whoever holds a checkpoint', async () => {
  const restore = async () => {
    await tamper('delete from ledger_entry where sequence >= 1000')
    await tamper('delete from ledger_guomi_checkpoint where size > 1000')
    await tamper('delete from ledger_checkpoint where size > 1000')
    await tamper('delete from ledger_tile')
    await tamper('update ledger_head set size = 1000')
    await tamper('delete from ledger_checkpoint')
    await tamper('delete from ledger_guomi_checkpoint')
    await integrateOnce({ database: at.database, origin, signer, guomiSigner, clock: systemClock })
  }
  const report = await reportAfter(restore, [{ kind: 'checkpoint', note: heldNote }])
  assert.deepEqual(firstFinding(report), { problem: 'held-is-longer', sequence: 1000 })
})

test('the ledger is whole again after each of these was undone', async () => {
  assert.equal(firstFinding(await verify()), undefined)
})

test('a note of another log does not count', async () => {
  const report = await verifyEvidence(await openDatabaseEvidence(at.database, 'other.example/log'), {
    trust: { logs: [signer.verifierKey], timestampRoots: [] },
    crew: soloCrew(),
    atMs: systemClock.now(),
  })
  assert.deepEqual(firstFinding(report), { problem: 'checkpoint-invalid', sequence: 0 })
})
