import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { FhirFault } from './errors.ts'
import { applyPatch, readPatch } from './json-patch.ts'
import type { JsonValue } from './json-text.ts'

const vectors = fileURLToPath(
  new URL('../../../../shared/data/fhir-search/fhir-test-cases-r4/patch/json-patch-tests.json', import.meta.url),
)

function patched(document: JsonValue, patch: JsonValue): JsonValue | string {
  try {
    return applyPatch(document, readPatch(patch))
  } catch (error) {
    if (error instanceof FhirFault) return `refused ${error.details[0]?.rule}`
    throw error
  }
}

interface Vector {
  readonly comment: string
  readonly doc: JsonValue
  readonly patch: JsonValue
  readonly expected?: JsonValue
  readonly error?: string
}

test('FHIR/fhir-test-cases json-patch-tests (Apache-2.0): each ends as it says', (context) => {
  if (!existsSync(vectors)) return context.skip('../shared/data is not here')
  const cases = JSON.parse(readFileSync(vectors, 'utf8')) as readonly Vector[]
  let run = 0
  for (const { comment, doc, patch, expected, error } of cases) {
    const result = patched(doc, patch)
    if (error !== undefined) assert.match(String(result), /^refused/, comment)
    else assert.deepEqual(result, expected ?? doc, comment)
    run += 1
  }
  assert.ok(run >= 15, `${run} cases`)
})

test('what RFC 6902 demands beyond those', () => {
  const cases: readonly [JsonValue, JsonValue, JsonValue][] = [
    [{ a: 1 }, [{ op: 'add', path: '', value: { b: 2 } }], { b: 2 }],
    [{ a: [1, 2] }, [{ op: 'add', path: '/a/-', value: 3 }], { a: [1, 2, 3] }],
    [{ a: [1, 2] }, [{ op: 'add', path: '/a/2', value: 3 }], { a: [1, 2, 3] }],
    [{ a: [1, 2] }, [{ op: 'add', path: '/a/3', value: 3 }], 'refused path'],
    [{ a: [1, 2] }, [{ op: 'add', path: '/a/01', value: 3 }], 'refused path'],
    [{ a: [1, 2] }, [{ op: 'replace', path: '/a/-', value: 3 }], 'refused path'],
    [{ a: [1] }, [{ op: 'remove', path: '/a/1' }], 'refused path'],
    [{ a: 1 }, [{ op: 'remove', path: '/b' }], 'refused path'],
    [{ a: 1 }, [{ op: 'remove', path: '' }], 'refused path'],
    [{ a: 'x' }, [{ op: 'add', path: '/a/b', value: 1 }], 'refused path'],
    [{ 'a/b': { '~': 1 } }, [{ op: 'replace', path: '/a~1b/~0', value: 2 }], { 'a/b': { '~': 2 } }],
    [{ a: 1 }, [{ op: 'test', path: '/a', value: '1' }], 'refused test'],
    [{ a: { b: 1, c: 2 } }, [{ op: 'test', path: '/a', value: { c: 2, b: 1 } }], { a: { b: 1, c: 2 } }],
    [{ a: 1 }, [{ op: 'move', from: '/a', path: '/b' }], { b: 1 }],
    [{ a: { b: 1 } }, [{ op: 'move', from: '/a', path: '/a/c' }], 'refused from'],
    [{ a: 1 }, [{ op: 'move', from: '/a', path: '/a' }], { a: 1 }],
    [{ a: { b: 1 } }, [{ op: 'copy', from: '/a', path: '/c' }], { a: { b: 1 }, c: { b: 1 } }],
    [{ a: 1 }, [{ op: 'add', path: '/__proto__/x', value: 1 }], 'refused path'],
    [{ a: 1 }, [{ op: 'add', path: '/constructor', value: 1 }], 'refused path'],
    [{ a: 1 }, [{ op: 'add', path: 'a', value: 1 }], 'refused path'],
    [{ a: 1 }, [{ op: 'add', path: '/a~2', value: 1 }], 'refused path'],
    [{ a: 1 }, [{ op: 'add', path: '/b' }], 'refused value'],
    [{ a: 1 }, [{ op: 'copy', path: '/b' }], 'refused from'],
    [{ a: 1 }, [{ op: 'merge', path: '/b', value: 1 }], 'refused op'],
    [{ a: 1 }, ['remove'], 'refused operation'],
    [{ a: 1 }, { op: 'remove', path: '/a' }, 'refused document'],
    [{ a: 1 }, Array.from({ length: 1001 }, () => ({ op: 'test', path: '/a', value: 1 })), 'refused length'],
    [{ toString: 1 }, [{ op: 'remove', path: '/hasOwnProperty' }], 'refused path'],
  ]
  for (const [document, patch, expected] of cases) {
    assert.deepEqual(patched(document, patch), expected, JSON.stringify(patch).slice(0, 100))
  }
})

test('a patch that fails halfway leaves the document as it was', () => {
  const document = { a: [1, 2], b: { c: 3 } }
  const result = patched(document, [
    { op: 'remove', path: '/a/0' },
    { op: 'add', path: '/b/d', value: 4 },
    { op: 'test', path: '/a/0', value: 99 },
  ])
  assert.equal(result, 'refused test')
  assert.deepEqual(document, { a: [1, 2], b: { c: 3 } })
})

test('copies that would fill the memory are refused', () => {
  const doubling = Array.from({ length: 30 }, (_, index) => ({
    op: 'copy',
    from: '',
    path: `/x${index}`,
  }))
  assert.equal(patched({ a: 'x'.repeat(1000) }, doubling), 'refused size')
})
