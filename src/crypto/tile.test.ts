import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashesAtLevel, parseTilePath, subtreeInTile, type TileAddress, tilePath } from './tile.ts'

// The first is the example of C2SP tlog-tiles; the others follow tessera api/layout/paths_test.go.
const paths: readonly (readonly [TileAddress, string])[] = [
  [{ level: 0, index: 1234067, width: 256 }, 'tile/0/x001/x234/067'],
  [{ level: 0, index: 0, width: 8 }, 'tile/0/000.p/8'],
  [{ level: 0, index: 255, width: 256 }, 'tile/0/255'],
  [{ level: 15, index: 455667, width: 0x10 }, 'tile/15/x455/667.p/16'],
  [{ level: 3, index: 1234567, width: 0x41 }, 'tile/3/x001/x234/567.p/65'],
  [{ level: 'entries', index: 1000, width: 256 }, 'tile/entries/x001/000'],
  [{ level: 'entries', index: 123456789000, width: 1 }, 'tile/entries/x123/x456/x789/000.p/1'],
]

test('tiles have the paths of C2SP tlog-tiles, and paths lead back to them', () => {
  for (const [address, path] of paths) {
    assert.equal(tilePath(address), path)
    assert.deepEqual(parseTilePath(path), address)
  }
})

test('every other spelling leads nowhere', () => {
  for (const path of [
    '',
    'tile/0/0',
    'tile/0/1000',
    'tile/0/x000/067',
    'tile/00/067',
    'tile/64/067',
    'tile/-1/067',
    'tile/0/067.p/0',
    'tile/0/067.p/256',
    'tile/0/067.p/08',
    'tile/0/067.p/',
    'tile/0/067/',
    'tile/0/../067',
    '/tile/0/067',
    'tile/data/067',
    'tile/0/x999/x999/x999/x999/x999/999',
  ]) {
    assert.equal(parseTilePath(path), undefined, path)
  }
})

test('70,000 entries make 273 full tiles and one of 112, then one and one of 17, then one of 1', () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((level) => hashesAtLevel(level, 70_000)),
    [273 * 256 + 112, 256 + 17, 1, 0],
  )
})

test('a perfect subtree lies in one tile', () => {
  assert.deepEqual(subtreeInTile(0, 300), { level: 0, index: 1, from: 44, to: 45 })
  assert.deepEqual(subtreeInTile(7, 3), { level: 0, index: 1, from: 128, to: 256 })
  assert.deepEqual(subtreeInTile(8, 3), { level: 1, index: 0, from: 3, to: 4 })
  assert.deepEqual(subtreeInTile(17, 5), { level: 2, index: 0, from: 10, to: 12 })
})
