import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { FhirFault } from './errors.ts'
import { readJson } from './json-text.ts'

const data = fileURLToPath(new URL('../../../../shared/data/', import.meta.url))
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

function refusal(input: Uint8Array | string): string {
  try {
    readJson(typeof input === 'string' ? bytes(input) : input)
  } catch (error) {
    if (error instanceof FhirFault) return `${error.code} ${error.details[0]?.rule}`
    throw error
  }
  return 'read'
}

test('what cannot be read without loss is refused, each for its own reason', () => {
  const cases: readonly [string | Uint8Array, string][] = [
    ['', 'body-missing empty'],
    [' \n\t', 'body-missing empty'],
    ['{', 'json-malformed name'],
    ['{"a"', 'json-malformed colon'],
    ['{"a":1', 'json-malformed object'],
    ['{"a":1,}', 'json-malformed name'],
    ['[1,]', 'json-malformed value'],
    ['[1 2]', 'json-malformed array'],
    ['[', 'json-malformed end'],
    ['{"a":1} x', 'json-malformed trailing'],
    ['{"a":1}{"b":2}', 'json-malformed trailing'],
    ["{'a':1}", 'json-malformed name'],
    ['{"a":01}', 'json-malformed object'],
    ['{"a":.5}', 'json-malformed value'],
    ['{"a":+1}', 'json-malformed value'],
    ['{"a":NaN}', 'json-malformed value'],
    ['{"a":tru}', 'json-malformed value'],
    ['{"a":"x}', 'json-malformed string'],
    ['{"a":"x\ny"}', 'json-malformed control'],
    ['{"a":"\\x"}', 'json-malformed escape'],
    ['{"a":"\\u12g4"}', 'json-malformed escape'],
    ['{"a":"\\u0000"}', 'json-unsafe nul'],
    ['{"a":"\\ud83d"}', 'json-unsafe surrogate'],
    ['{"a":1,"a":2}', 'json-unsafe duplicate'],
    ['{"a":1,"\\u0061":2}', 'json-unsafe duplicate'],
    ['{"__proto__":{"x":1}}', 'json-unsafe name'],
    ['{"\\u005f_proto__":1}', 'json-unsafe name'],
    ['{"constructor":{}}', 'json-unsafe name'],
    ['{"a":1e400}', 'json-unsafe number'],
    ['{"a":-1e400}', 'json-unsafe number'],
    ['{"a":12345678901234567890}', 'json-unsafe number'],
    ['{"a":0.12345678901234567891}', 'json-unsafe number'],
    ['{"a":9007199254740993}', 'json-unsafe number'],
    ['{"a":1e-400}', 'json-unsafe number'],
    [`${'['.repeat(101)}${']'.repeat(101)}`, 'json-unsafe depth'],
    ['['.repeat(1_000_000), 'json-unsafe depth'],
    [Uint8Array.of(0x7b, 0x22, 0xd6, 0xd0, 0x22, 0x3a, 0x31, 0x7d), 'json-malformed utf-8'],
    [Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22), 'json-malformed utf-8'],
    [new Uint8Array(Buffer.from('{"a":1}', 'utf16le')), 'json-malformed name'],
  ]
  for (const [input, expected] of cases) assert.equal(refusal(input), expected, String(input).slice(0, 60))
})

test('what is well-formed reads as JSON.parse reads it', () => {
  const cases = [
    '{"a":[1,2.5,-3e2,0,-0,1E3,9007199254740993e0]}'.replace('9007199254740993e0', '9007199254740992'),
    '{"姓名":"王小东","emoji":"\\ud83d\\ude00😀","tab":"\\t\\/\\"\\\\"}',
    ' [ null , true , false , "" , { } , [ ] ] ',
    '{"value":0.1,"long":3.14159265358979,"printed":66.899999999999991,"big":1000000000000000000,"tiny":1.000E-300}',
    '"x"',
    `${'['.repeat(99)}${']'.repeat(99)}`,
  ]
  for (const text of cases) assert.deepEqual(readJson(bytes(text)), JSON.parse(text), text)
})

test('a byte order mark is passed over', () => {
  assert.deepEqual(readJson(bytes('\ufeff{"a":1}')), { a: 1 })
})

test('the place is told as line and column', () => {
  try {
    readJson(bytes('{\n  "a": 1,\n  "b": tru\n}'))
    assert.fail('it was read')
  } catch (error) {
    assert.ok(error instanceof FhirFault)
    assert.match(error.details[0]!.words.en, /^line 3, column 8: /)
    assert.match(error.details[0]!.words.zh, /^第 3 行第 8 列：/)
  }
})

test('the official examples and the bundles of another server read as JSON.parse reads them', (context) => {
  const files = ['fhir-r4-examples/*.json', 'fhir-search/ms-fhir-server/Normative/Bundle-*.json'].flatMap((pattern) =>
    globSync(pattern, { cwd: data }),
  )
  if (!existsSync(data) || files.length === 0) return context.skip('../shared/data is not here')
  let read = 0
  for (const file of files) {
    const content = readFileSync(`${data}${file}`)
    if (file.includes('InvalidBundleEntry')) {
      assert.equal(refusal(content), 'json-malformed value', file)
      continue
    }
    assert.deepEqual(readJson(content), JSON.parse(content.toString('utf8').replace(/^\ufeff/, '')), file)
    read += 1
  }
  assert.ok(read > 700, `${read} files`)
})
