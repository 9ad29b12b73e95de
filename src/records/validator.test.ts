import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { openValidator } from './validator.ts'

const validator = openValidator()
after(() => validator.close())

const observation = { resourceType: 'Observation', status: 'final', code: { text: 'x' } }
const deep = (levels: number): object =>
  levels === 0 ? { url: 'urn:x', valueString: 'x' } : { url: 'urn:x', extension: [deep(levels - 1)] }

const table: readonly (readonly [name: string, resource: unknown, issues: readonly (readonly [string, string])[]])[] = [
  ['a list', [], [['', 'object']]],
  ['nothing', null, [['', 'object']]],
  ['no type', { id: 'x' }, [['resourceType', 'resource-type']]],
  ['an unknown type', { resourceType: 'Chart' }, [['resourceType', 'resource-type']]],
  ['a type of the prototype', { resourceType: 'constructor' }, [['resourceType', 'resource-type']]],
  ['an id that is none', { ...observation, id: '../x' }, [['Observation.id', 'id']]],
  ['an id that is a number', { ...observation, id: 5 }, [['Observation.id', 'id']]],
  ['meta that is no object', { ...observation, meta: 'x' }, [['Observation.meta', 'object']]],
  ['a NUL', { ...observation, code: { text: 'a\u0000b' } }, [['Observation.code.text', 'control-character']]],
  ['half a character', { ...observation, code: { text: '\ud800' } }, [['Observation.code.text', 'control-character']]],
  ['null', { ...observation, subject: null }, [['Observation.subject', 'null']]],
  ['an empty list', { ...observation, category: [] }, [['Observation.category', 'empty']]],
  ['an empty object', { ...observation, subject: {} }, [['Observation.subject', 'empty']]],
  ['a missing element', { resourceType: 'Observation', status: 'final' }, [['Observation.code', 'required']]],
  ['an unknown element', { ...observation, colour: 'red' }, [['Observation.colour', 'unknown-element']]],
  ['one where a list is due', { resourceType: 'Patient', name: 'x' }, [['Patient.name', 'list-expected']]],
  ['a list where one is due', { ...observation, code: [{ text: 'x' }] }, [['Observation.code', 'single-expected']]],
  [
    'a number as text',
    { ...observation, valueQuantity: { value: '5' } },
    [['Observation.value[x].value', 'json-type']],
  ],
  ['two of a choice', { ...observation, valueString: 'x', valueInteger: 1 }, [['Observation.valueInteger', 'choice']]],
  ['a date that is none', { resourceType: 'Patient', birthDate: '1.1.1970' }, [['Patient.birthDate', 'format']]],
  [
    'a broken invariant',
    { ...observation, dataAbsentReason: { text: 'x' }, valueString: 'x' },
    [['Observation', 'invariant']],
  ],
  ['base64 with blanks', { resourceType: 'Binary', contentType: 'text/plain', data: 'aGVs\n bG8=' }, []],
  [
    'base64 that is none',
    { resourceType: 'Binary', contentType: 'text/plain', data: 'a*b' },
    [['Binary.data', 'format']],
  ],
  ['a good observation', observation, []],
]
for (const [name, resource, issues] of table) {
  test(`${name}: ${issues.map(([field, rule]) => `${field} ${rule}`).join(', ') || 'valid'}`, async () => {
    const found = await validator.validate(resource)
    assert.deepEqual(
      found.map((issue) => [issue.field, issue.rule]),
      issues,
    )
    for (const issue of found) assert.ok(/\p{Script=Han}/u.test(issue.zh) && issue.en !== '')
  })
}

test('nesting without end is refused before anything recurses into it', async () => {
  const issues = await validator.validate({ ...observation, extension: [deep(2_000)] })
  assert.deepEqual(
    issues.map((issue) => issue.rule),
    ['too-deep'],
  )
})

const examples = new URL('../../../shared/data/fhir-r4-examples/', import.meta.url)
test('of the official R4 examples all are valid but the one without linkId', {
  skip: !existsSync(examples) && 'shared/data is not here',
}, async () => {
  const refused: string[] = []
  const files = readdirSync(examples).filter((name) => name.endsWith('.json') && !name.startsWith('_'))
  await Promise.all(
    files.map(async (file) => {
      const issues = await validator.validate(JSON.parse(readFileSync(new URL(file, examples), 'utf8')))
      if (issues.length > 0) refused.push(`${file} ${issues[0]!.field} ${issues[0]!.rule}`)
    }),
  )
  assert.equal(files.length, 712)
  assert.deepEqual(refused, ['Questionnaire-qs1.json Questionnaire.item[0].item[0].linkId required'])
})
