import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import {
  CryptoFailure,
  checkpointText,
  guomi,
  international,
  type NoteSigner,
  noteSigner,
  openNote,
  parseCheckpoint,
  parseVerifierKey,
  type Suite,
  type SuiteName,
  signNote,
  suites,
  tileWidth,
  verifyConsistency,
  verifyInclusion,
} from '../crypto/index.ts'
import { systemClock } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import type { ArchivedEntries } from './archived-entries.ts'
import { type EntryDraft, guomiOrigin, type Ledger, openLedger, openTree } from './index.ts'
import { catchUpOnce, type IntegrationOptions, integrateOnce } from './integrate.ts'

const origin = 'chartward.local/test-hospital'
const signer = noteSigner(origin, international.generatePrivateKey())
const guomiSigner = noteSigner(guomiOrigin(origin), guomi.generatePrivateKey(), guomi)
const verifiers = {
  international: parseVerifierKey(signer.verifierKey),
  guomi: parseVerifierKey(guomiSigner.verifierKey),
}
const origins = { international: origin, guomi: guomiOrigin(origin) }
const system: EntryDraft = { kind: 'system', outcome: 0 }

let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
let options: IntegrationOptions
before(async () => {
  at = await openTestDatabase()
  ledger = await openLedger({ database: at.database })
  options = { database: at.database, origin, signer, guomiSigner, clock: systemClock }
})
after(async () => {
  await ledger.close()
  await at.drop()
})
/** Each test ends with both trees where the journal is. */
beforeEach(async () => {
  await integrateOnce(options)
  for (let { covered, size } = await catchUpOnce(options); covered < size; ) {
    ;({ covered, size } = await catchUpOnce(options))
  }
})

const append = (count: number) => ledger.record(Array.from({ length: count }, () => system))
const tree = (suite: SuiteName) => openTree({ database: at.database, suite })
const newest = async () => ({
  international: await tree('international').checkpoint(),
  guomi: await tree('guomi').checkpoint(),
})

/** RFC 6962 §2.1 from the bodies and this suite's digest alone. */
function naiveRoot(bodies: readonly string[], { digest }: Suite): Buffer {
  if (bodies.length === 1) return digest(`\0${bodies[0]}`)
  let k = 1
  while (2 * k < bodies.length) k *= 2
  const halves = [naiveRoot(bodies.slice(0, k), { digest } as Suite), naiveRoot(bodies.slice(k), { digest } as Suite)]
  return digest(Buffer.concat([Buffer.from([1]), ...halves]))
}

async function bodies(): Promise<readonly string[]> {
  return (await at.database.query<{ body: string }>('select body from ledger_entry order by sequence')).map(
    ({ body }) => body,
  )
}

test('whatever is appended, both trees have the roots of the definition, at one size, and their proofs verify', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 4 }),
      fc.nat(),
      async (steps, some) => {
        const earlier = await newest()
        for (const count of steps) {
          await append(count)
          await integrateOnce(options)
        }
        const all = await bodies()
        for (const suite of Object.values(suites)) {
          const { size, root, note } = (await tree(suite.name).checkpoint())!
          assert.equal(size, all.length)
          assert.deepEqual(root, naiveRoot(all, suite))
          const { text } = openNote(note, [verifiers[suite.name]])
          assert.deepEqual(parseCheckpoint(text), { origin: origins[suite.name], size, root })

          const index = some % size
          const { leafHash, path } = await tree(suite.name).inclusionProof(index)
          assert.deepEqual(leafHash, suite.hashing.leaf(all[index]!))
          assert.ok(verifyInclusion({ index, size, leaf: leafHash, proof: path, root }, suite.hashing))
          const old = earlier[suite.name]
          if (!old) continue
          const proof = await tree(suite.name).consistencyProof(old.size, size)
          assert.ok(verifyConsistency({ oldSize: old.size, size, oldRoot: old.root, root, proof }, suite.hashing))
        }
      },
    ),
    { numRuns: 12 },
  )
})

test('a stranger rebuilds the SM3 root from its tiles and from the bundles', async () => {
  const { size, root } = (await tree('guomi').checkpoint())!
  const fromTiles: Buffer[] = []
  const fromBundles: Buffer[] = []
  for (let index = 0; index * tileWidth < size; index++) {
    const width = Math.min(tileWidth, size - index * tileWidth)
    const tile = (await tree('guomi').tile({ level: 0, index, width }))!
    for (let i = 0; i < width; i++) fromTiles.push(tile.subarray(32 * i, 32 * i + 32))
    const bundle = (await tree('guomi').tile({ level: 'entries', index, width }))!
    for (let offset = 0; offset < bundle.length; ) {
      const end = offset + 2 + bundle.readUInt16BE(offset)
      fromBundles.push(guomi.hashing.leaf(bundle.subarray(offset + 2, end)))
      offset = end
    }
  }
  assert.deepEqual(fromTiles, fromBundles)
  const fold = (row: Buffer[]): Buffer => {
    if (row.length === 1) return row[0]!
    let k = 1
    while (2 * k < row.length) k *= 2
    return guomi.hashing.node(fold(row.slice(0, k)), fold(row.slice(k)))
  }
  assert.deepEqual(fold(fromTiles), root)
  assert.equal(await tree('guomi').tile({ level: 0, index: Math.floor(size / tileWidth), width: tileWidth }), undefined)
})

const away = (suite: NoteSigner): NoteSigner => ({
  ...suite,
  sign: async () => {
    throw new CryptoFailure('key-unavailable', 'the module is away')
  },
})
async function everything() {
  return {
    tiles: await at.database.query('select * from ledger_tile order by suite, level, index'),
    checkpoints: await at.database.query('select * from ledger_checkpoint order by size'),
    guomi: await at.database.query('select * from ledger_guomi_checkpoint order by size'),
  }
}

test('where either key does not sign, nothing is made of either tree, entries go on, and it heals', async () => {
  const before = await everything()
  await append(700)
  for (const failing of [{ guomiSigner: away(guomiSigner) }, { signer: away(signer) }]) {
    await assert.rejects(integrateOnce({ ...options, ...failing }), { code: 'key-unavailable' })
    assert.deepEqual(await everything(), before)
    await append(1)
  }
  assert.deepEqual(await integrateOnce(options), { covered: await ledger.size(), size: await ledger.size() })
  const { international: first, guomi: second } = await newest()
  assert.equal(first!.size, second!.size)
})

test('a tree that rested catches up in steps, at sizes the first one has signed', async () => {
  const { guomiSigner: _, ...withoutSecond } = options
  const start = (await tree('guomi').checkpoint())!.size
  for (const count of [10, 500, 5_000, 4_000, 300]) {
    await append(count)
    await integrateOnce(withoutSecond)
  }
  assert.deepEqual(await catchUpOnce(withoutSecond), { covered: start, size: await ledger.size() })
  // New entries meanwhile go into the first tree alone.
  await append(5)
  await integrateOnce(options)
  const sizes: number[] = []
  for (let { covered, size } = await catchUpOnce(options); ; { covered, size } = await catchUpOnce(options)) {
    sizes.push(covered - start)
    if (covered === size) break
  }
  assert.deepEqual(sizes, [5_510, 9_815])
  await append(5)
  await integrateOnce(options)
  const all = await bodies()
  const { size, root } = (await tree('guomi').checkpoint())!
  assert.equal(size, all.length)
  assert.deepEqual(root, naiveRoot(all, guomi))
  await assert.rejects(
    at.database.query(
      `insert into ledger_guomi_checkpoint select size + 1, size, root_hash, note, signed_at
       from ledger_guomi_checkpoint order by size desc limit 1`,
    ),
    { code: '23503' },
  )
})

/** As whoever owns the database: triggers off. */
const tamper = (statement: string, values: readonly unknown[] = []) =>
  at.database.transaction(async (tx) => {
    await tx.query('set local session_replication_role = replica')
    await tx.query(statement, values)
  })

test('entries that have left the database are made up for from their volume, and none that only left a hash', async () => {
  const { guomiSigner: _, ...withoutSecond } = options
  const start = await ledger.size()
  await append(600)
  await integrateOnce(withoutSecond)
  const all = await bodies()
  const gone = Array.from({ length: 550 }, (_, i) => start + i)
  // The volume is this test's; that whole partitions leave, and only with a receipt, is the partitions' own test.
  await tamper('delete from ledger_entry where sequence >= $1 and sequence < $2', [start, start + gone.length])
  await assert.rejects(catchUpOnce(options), { code: 'tree-inconsistent' })
  const volume = (expired: number | undefined): ArchivedEntries => ({
    at: async (sequences) =>
      sequences.map((sequence) => ({
        sequence,
        leafHash: international.hashing.leaf(all[sequence]!),
        ...(sequence !== expired && { body: all[sequence]! }),
      })),
  })
  await assert.rejects(catchUpOnce({ ...options, archived: volume(start + 3) }), { code: 'tree-inconsistent' })
  await catchUpOnce({ ...options, archived: volume(undefined) })
  assert.deepEqual((await tree('guomi').checkpoint())!.root, naiveRoot(all, guomi))
  await at.database.transaction(async (tx) => {
    await tx.query('set local session_replication_role = replica')
    for (const sequence of gone) {
      const leaf = international.hashing.leaf(all[sequence]!)
      await tx.query('insert into ledger_entry values ($1, $2, $3)', [sequence, leaf, all[sequence]])
    }
  })
})

test('entries altered before the second tree has them are not signed', async () => {
  const { guomiSigner: _, ...withoutSecond } = options
  await append(20)
  await integrateOnce(withoutSecond)
  const altered = (await ledger.size()) - 7
  const [kept] = await at.database.query<{ body: string; leaf_hash: Buffer }>(
    'select body, leaf_hash from ledger_entry where sequence = $1',
    [altered],
  )
  const forged = kept!.body.replace('"outcome":0', '"outcome":4')
  const put = 'update ledger_entry set body = $2, leaf_hash = $3 where sequence = $1'
  for (const leaf of [kept!.leaf_hash, international.hashing.leaf(forged)]) {
    await tamper(put, [altered, forged, leaf])
    await assert.rejects(catchUpOnce(options), { code: 'tree-inconsistent' })
  }
  await tamper(put, [altered, kept!.body, kept!.leaf_hash])
  assert.equal((await catchUpOnce(options)).covered, await ledger.size())

  const [receipt] = await append(1)
  const update = 'update ledger_entry set body = $2 where sequence = $1'
  const [fresh] = await at.database.query<{ body: string }>('select body from ledger_entry where sequence = $1', [
    receipt!.sequence,
  ])
  await tamper(update, [receipt!.sequence, forged])
  await assert.rejects(integrateOnce(options), { code: 'tree-inconsistent' })
  await tamper(update, [receipt!.sequence, fresh!.body])
})

for (const suite of ['international', 'guomi'] as const) {
  const table = suite === 'guomi' ? 'ledger_guomi_checkpoint' : 'ledger_checkpoint'

  test(`${suite}: a last checkpoint that our key did not sign is not built upon`, async () => {
    const last = (await tree(suite).checkpoint())!
    const stranger = noteSigner(origins[suite], suites[suite].generatePrivateKey(), suites[suite])
    const text = checkpointText({ origin: origins[suite], size: last.size, root: last.root })
    const notes = {
      'by a stranger': await signNote(text, [stranger]),
      'of another log': await signNote(text.replace(origins[suite], 'other.example/log'), [
        { ...(suite === 'guomi' ? guomiSigner : signer) },
      ]),
      'of another size': await signNote(text.replace(`\n${last.size}\n`, `\n${last.size - 1}\n`), [
        suite === 'guomi' ? guomiSigner : signer,
      ]),
      'that is no note': 'nothing',
    }
    await append(2)
    for (const [name, note] of Object.entries(notes)) {
      await tamper(`update ${table} set note = $1 where size = $2`, [note, last.size])
      await assert.rejects(integrateOnce(options), { code: 'tree-inconsistent' }, name)
    }
    await tamper(`update ${table} set note = $1 where size = $2`, [last.note, last.size])
    assert.deepEqual((await tree(suite).checkpoint())!.note, last.note)
  })

  test(`${suite}: nothing is signed over tiles that no longer have the root of the last checkpoint`, async () => {
    await append(3)
    await integrateOnce(options)
    const before = await newest()
    const flip = `update ledger_tile set hashes = set_byte(hashes, 0, 255 - get_byte(hashes, 0))
                  where suite = $1 and level = 0 and index = $2`
    const place = [suite, Math.floor((before[suite]!.size - 1) / tileWidth)]
    await tamper(flip, place)
    await append(1)
    await assert.rejects(integrateOnce(options), { code: 'tree-inconsistent' })
    assert.deepEqual(await newest(), before)
    await tamper(flip, place)
  })

  test(`${suite}: tiles and checkpoints refuse to be changed`, async () => {
    for (const statement of [
      `update ledger_tile set hashes = set_byte(hashes, 0, 255 - get_byte(hashes, 0)) where suite = '${suite}'`,
      `update ledger_tile set suite = '${suite === 'guomi' ? 'international' : 'guomi'}' where suite = '${suite}'`,
      `update ${table} set note = ''`,
      `delete from ${table}`,
      `truncate ${table} cascade`,
    ]) {
      await assert.rejects(at.database.query(statement), { code: '23001' }, statement)
    }
  })
}

test('the log of a new key goes on from a checkpoint by the old one only where that is named', async () => {
  const next = noteSigner(origin, international.generatePrivateKey())
  await append(1)
  await assert.rejects(integrateOnce({ ...options, signer: next }), { code: 'tree-inconsistent' })
  const { covered, size } = await integrateOnce({
    ...options,
    signer: next,
    formerVerifiers: [verifiers.international],
  })
  assert.equal(covered, size)
  assert.equal(
    openNote((await newest()).international!.note, [parseVerifierKey(next.verifierKey)]).unknownSignatures,
    0,
  )
  options = { ...options, signer: next, formerVerifiers: [verifiers.international] }
})

test('several integrators, with and without the second key, make one chain in each suite', async () => {
  const { guomiSigner: _, ...withoutSecond } = options
  for (let round = 0; round < 6; round++) {
    await append(40)
    await Promise.all([
      integrateOnce(options),
      integrateOnce(withoutSecond),
      catchUpOnce(options),
      catchUpOnce(options),
    ])
  }
  for (const table of ['ledger_checkpoint', 'ledger_guomi_checkpoint']) {
    const rows = await at.database.query<{ size: number; previous_size: number | null }>(
      `select size, previous_size from ${table} order by size`,
    )
    rows.forEach((row, i) => {
      assert.equal(row.previous_size, rows[i - 1]?.size ?? null)
    })
  }
})
