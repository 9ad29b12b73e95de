import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkpointText, international, leafHash, noteSigner, parseVerifierKey, signNote } from '../crypto/index.ts'
import { systemClock, type Transaction } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type Ledger, openLedger, type Verification, verifyLedger } from './index.ts'
import { integrateOnce } from './integrate.ts'

let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
const origin = 'chartward.local/test-hospital'
const signer = noteSigner(origin, international.generatePrivateKey())
const verifiers = [parseVerifierKey(signer.verifierKey)]

// Checkpoints at 1000, 2000 and 3000 entries; 50 entries are not covered yet.
before(async () => {
  at = await openTestDatabase()
  ledger = await openLedger({ database: at.database })
  for (let step = 0; step < 3; step++) {
    await ledger.record(Array.from({ length: 1000 }, () => ({ kind: 'system', outcome: 0 }) as const))
    await integrateOnce({ database: at.database, origin, signer, clock: systemClock })
  }
  await ledger.record(Array.from({ length: 50 }, () => ({ kind: 'system', outcome: 0 }) as const))
})
after(async () => {
  await ledger.close()
  await at.drop()
})

const verify = () => verifyLedger({ database: at.database, origin, verifiers })

test('an untouched ledger is whole', async () => {
  assert.deepEqual(await verify(), { entries: 3050, checkpoints: 3, uncovered: 50 })
})

/** What a superuser can do, with the triggers off; undone by the caller's `restore`. */
async function tamper(statement: string, values: readonly unknown[] = []): Promise<void> {
  await at.database.transaction(async (tx: Transaction) => {
    await tx.query('set local session_replication_role = replica')
    await tx.query(statement, values)
  })
}

async function findingAfter(statement: string, values: readonly unknown[] = []): Promise<Verification['finding']> {
  const tables = ['ledger_entry', 'ledger_tile', 'ledger_checkpoint', 'ledger_head']
  for (const table of tables) await at.database.query(`create table kept_${table} as table ${table}`)
  try {
    await tamper(statement, values)
    return (await verify()).finding
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

const tamperings: readonly (readonly [string, string, readonly unknown[], Verification['finding']])[] = [
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
     where level = 0 and index = 1500 / 256`,
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
    'delete from ledger_tile where level = 0 and index = 3',
    [],
    { problem: 'tile-missing', sequence: 768 },
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
]

for (const [name, statement, values, finding] of tamperings) {
  test(`${name} is found, and where`, async () => {
    assert.deepEqual(await findingAfter(statement, values), finding)
  })
}

test('the ledger is whole again after each of these was undone', async () => {
  assert.equal((await verify()).finding, undefined)
})

test('a note of another log does not count', async () => {
  const { finding } = await verifyLedger({ database: at.database, origin: 'other.example/log', verifiers })
  assert.deepEqual(finding, { problem: 'checkpoint-invalid', sequence: 0 })
})
