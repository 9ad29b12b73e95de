import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  verifyConsistency,
  verifyInclusion,
  verifySubtreeConsistency,
  verifySubtreeInclusion,
} from './merkle-verify.ts'

// transparency-dev/merkle testdata: positive cases and mutations of them.
const folder = join(import.meta.dirname, '../../../shared/data/tlog/merkle-vectors')
const absent = existsSync(folder) ? false : `no vectors at ${folder}`

interface Vector {
  readonly [name: string]: unknown
  readonly desc: string
  readonly wantErr: boolean
}
const bytes = (value: unknown) => Buffer.from(String(value ?? ''), 'base64')
const proofOf = (vector: Vector) => ((vector.proof ?? []) as string[]).map(bytes)

const verifiers: Readonly<Record<string, { count: number; accepts(vector: Vector): boolean }>> = {
  inclusion: {
    count: 98,
    accepts: (v) =>
      verifyInclusion({
        index: Number(v.leafIdx),
        size: Number(v.treeSize),
        leaf: bytes(v.leafHash),
        proof: proofOf(v),
        root: bytes(v.root),
      }),
  },
  consistency: {
    count: 98,
    accepts: (v) =>
      verifyConsistency({
        oldSize: Number(v.size1),
        size: Number(v.size2),
        oldRoot: bytes(v.root1),
        root: bytes(v.root2),
        proof: proofOf(v),
      }),
  },
  subtreeinclusion: {
    count: 204,
    accepts: (v) =>
      verifySubtreeInclusion({
        index: Number(v.leafIdx),
        start: Number(v.start),
        end: Number(v.end),
        leaf: bytes(v.leafHash),
        proof: proofOf(v),
        root: bytes(v.root),
      }),
  },
  subtreeconsistency: {
    count: 118,
    accepts: (v) =>
      verifySubtreeConsistency({
        start: Number(v.start),
        end: Number(v.end),
        size: Number(v.size),
        subtreeRoot: bytes(v.root1),
        root: bytes(v.root2),
        proof: proofOf(v),
      }),
  },
}

for (const [name, { count, accepts }] of Object.entries(verifiers)) {
  test(`the ${count} ${name} vectors of transparency-dev/merkle`, { skip: absent }, () => {
    const files = globSync(`${name}/**/*.json`, { cwd: folder })
    assert.equal(files.length, count)
    for (const file of files) {
      const vector = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Vector
      assert.equal(accepts(vector), !vector.wantErr, `${file}: ${vector.desc}`)
    }
  })
}

test('indices beyond 2^53-1 and fractions are refused', () => {
  const leaf = Buffer.alloc(32)
  for (const index of [2 ** 53, -1, 0.5, Number.NaN]) {
    assert.equal(verifyInclusion({ index, size: 2 ** 53 + 2, leaf, proof: [], root: leaf }), false)
  }
})
