import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Failure, InvalidInput } from '../../kernel/index.ts'
import { failureTable, languageOf, outcomeOf, problemOf, refusalTable, tellFailure, tellRefusal } from './index.ts'

class SampleFailure extends Failure<'upstream-timeout' | 'no-such-code'> {}

test('every failure code that a room declares has a row', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url))
  const missing = globSync('**/*.ts', { cwd: root })
    .filter((file) => !file.endsWith('.test.ts') && !file.startsWith('console/') && !file.startsWith('cli/'))
    .flatMap((file) => codesIn(readFileSync(`${root}${file}`, 'utf8')).map((code) => ({ file, code })))
    .filter(({ code }) => !Object.hasOwn(failureTable, code) && !toldOnTheCommandLine.has(code) && code !== 'refused')
  assert.deepEqual(missing, [])
})

/** Failures that stop the program before it serves anybody, or of the verifier, which serves nobody. */
const toldOnTheCommandLine = new Set([
  'not-a-package',
  'not-a-proof',
  'evidence-unreadable',
  'embedded-postgres-missing',
  'embedded-postgres-failed',
  'migration-edited',
  'migration-unknown',
  'already-running',
  'port-unavailable',
  'database-too-old',
  'embedded-refused',
  'policies-invalid',
  'key-file-unsafe',
  'key-module-missing',
  'key-not-found',
  'key-does-not-reign',
  'anchoring-misconfigured',
  'witness-folder-locked',
  'witness-folder-broken',
  'identity-key-unusable',
  'demonstration-accounts-present',
  'demonstration-enrolment-refused',
])

/** Literal codes of `class X extends Failure<'a' | 'b'>`, where the union is spelt out or named in the same file. */
function codesIn(source: string): readonly string[] {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/\/\/.*$/gm, '')
  return [...code.matchAll(/extends Failure<\s*([^>]+?)\s*>/g)].flatMap(([, union = '']) => {
    const named = /^[A-Z]\w+$/.test(union) ? new RegExp(`type ${union} =([\\s\\S]*?)\\n(?:\\n|export)`) : undefined
    const text = named ? (named.exec(code)?.[1] ?? '') : union
    return [...text.matchAll(/'([^']+)'/g)].map(([, literal = '']) => literal)
  })
}

test('the reader of codes finds them inline and by name', () => {
  assert.deepEqual(codesIn("class A extends Failure<'a' | 'b'> {}"), ['a', 'b'])
  assert.deepEqual(codesIn("export type Code =\n  | 'c' // why\n  | 'd'\n\nclass B extends Failure<Code> {}"), [
    'c',
    'd',
  ])
})

test('every text stands in both languages', () => {
  const rows = [
    ...Object.values(failureTable).flatMap((row) => [row.title, row.next]),
    ...Object.values(refusalTable).flatMap((row) => [row.what, row.why, row.next]),
  ]
  for (const words of rows) {
    assert.match(words.zh, /\p{Script=Han}/u)
    assert.match(words.en, /^[A-Z][\x20-\x7e’]+$/)
  }
})

test('an unknown error is told as a bug, without its message', () => {
  for (const thrown of [
    new Error('select * from resource'),
    'text',
    undefined,
    new SampleFailure('no-such-code', 'x'),
  ]) {
    const told = tellFailure(thrown)
    assert.equal(told.status, 500)
    assert.equal(told.code, 'internal')
    assert.ok(told.isBug)
    assert.ok(!JSON.stringify([problemOf(told, 'en'), outcomeOf(told, 'zh')]).includes('select'))
  }
})

test('a known failure is told by its row', () => {
  const told = tellFailure(new SampleFailure('upstream-timeout', 'secret words'))
  assert.deepEqual([told.status, told.code, told.issue, told.isBug], [504, 'upstream-timeout', 'timeout', false])
})

test('errors of the HTTP framework are told by code, then by status', () => {
  const framework = (code: string, statusCode: number) => Object.assign(new Error('x'), { code, statusCode })
  assert.equal(tellFailure(framework('FST_ERR_CTP_BODY_TOO_LARGE', 413)).status, 413)
  assert.equal(tellFailure(framework('FST_OTHER', 429)).code, 'too-many-requests')
  assert.equal(tellFailure(framework('FST_OTHER', 418)).status, 500)
})

test('invalid input carries every issue, in the language asked for', () => {
  const input = new InvalidInput([{ field: 'birthdate', rule: 'value-date', zh: '日期不合规', en: 'not a date' }])
  const problem = problemOf(tellFailure(input), 'en', 'r-1')
  assert.deepEqual(problem.issues, [{ field: 'birthdate', rule: 'value-date', message: 'not a date' }])
  assert.equal(problem.requestId, 'r-1')
  const outcome = outcomeOf(tellFailure(input), 'zh')
  assert.deepEqual(outcome.issue[1]?.expression, ['birthdate'])
  assert.equal(outcome.issue[1]?.details.text, '日期不合规')
})

test('a refusal that was thrown is told as the refusal it carries', () => {
  class Thrown extends Failure<'refused'> {
    readonly decision = { code: 'sensitivity' }
    readonly receipt = { sequence: 5 }
  }
  const told = tellFailure(new Thrown('refused', 'x'))
  assert.deepEqual([told.status, told.code, told.receipt], [403, 'sensitivity', 5])
})

test('a refusal says what, why, what now, and its receipt', () => {
  const receipt = { sequence: 17, leafHash: '', recorded: '' } as never
  const told = tellRefusal({ code: 'no-care-relation' } as never, receipt)
  const outcome = outcomeOf(told, 'zh')
  assert.equal(told.status, 403)
  assert.equal(outcome.issue[0]?.code, 'forbidden')
  assert.equal(outcome.issue[0]?.details.coding[0]?.code, 'no-care-relation')
  assert.equal(outcome.extension?.[0]?.valueString, '17')
  assert.equal(problemOf(told, 'en').receipt, 17)
})

test('the language is the heaviest of those asked for that we speak; Chinese otherwise', () => {
  const cases: readonly [string | undefined, 'zh' | 'en'][] = [
    [undefined, 'zh'],
    ['', 'zh'],
    ['en', 'en'],
    ['en-GB,zh;q=0.9', 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['fr,en;q=0.2', 'en'],
    ['fr', 'zh'],
    ['en;q=0', 'zh'],
    ['*', 'zh'],
    ['en;q=abc, zh;q=0.1', 'zh'],
  ]
  for (const [header, expected] of cases) assert.equal(languageOf(header), expected, header)
})
