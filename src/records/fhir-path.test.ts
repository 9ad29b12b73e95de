import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import fhirpath from 'fhirpath'
import r4 from 'fhirpath/fhir-context/r4'
import type { FhirResource } from './fhir.ts'
import { compilePath, UnsupportedExpression } from './fhir-path.ts'
import { choiceElements, resourceTypes, searchParametersOf } from './search-parameters.ts'

const choices = new Set(['value', 'onset'])
const run = (expression: string, resource: unknown) => compilePath(expression, choices)(resource)

const table: readonly (readonly [expression: string, resource: object, values: readonly unknown[]])[] = [
  ['A.b', { b: 1 }, [1]],
  ['A.b.c', { b: [{ c: 1 }, { c: [2, 3] }, {}] }, [1, 2, 3]],
  ['A.b | A.c', { b: 1, c: 2 }, [1, 2]],
  ['A.b | A.b', { b: 1 }, [1]],
  ['A.value', { valueString: 'x' }, ['x']],
  ['A.value', { valueSetting: 'x' }, []],
  ['(A.value as string)', { valueString: 'x', valueInteger: 1 }, ['x']],
  ['(A.value as Quantity)', { valueString: 'x' }, []],
  ['A.onset.as(dateTime)', { onsetDateTime: '2020' }, ['2020']],
  [
    "A.b.where(s='x').c",
    {
      b: [
        { s: 'x', c: 1 },
        { s: 'y', c: 2 },
      ],
    },
    [1],
  ],
  [
    'A.b.where(resolve() is Patient)',
    { b: [{ reference: 'Patient/1' }, { reference: 'Group/1' }] },
    [{ reference: 'Patient/1' }],
  ],
  [
    'A.b.where(resolve() is Patient)',
    { b: { reference: 'http://x/Patient/1/_history/2' } },
    [{ reference: 'http://x/Patient/1/_history/2' }],
  ],
  [
    'A.b.where(resolve() is Patient)',
    { b: { type: 'Patient', reference: 'urn:uuid:1' } },
    [{ type: 'Patient', reference: 'urn:uuid:1' }],
  ],
  ['A.b[1]', { b: [1, 2] }, [2]],
  ['A.b.exists() and A.b != false', { b: true }, [true]],
  ['A.b.exists() and A.b != false', { b: false }, [false]],
  ['A.b.exists() and A.b != false', {}, [false]],
  ['A.b', { b: [null, 1] }, [1]],
]
for (const [expression, resource, values] of table) {
  test(`${expression} of ${JSON.stringify(resource)}`, () => {
    assert.deepEqual(run(expression, resource), values)
  })
}

for (const expression of [
  'A.b.first()',
  'A.b + 1',
  "A.b.where(c > 'x')",
  'A.b.select(c)',
  '%a.b',
  'A.b or A.c',
  'A.(b',
  "A.where(b='x'",
]) {
  test(`${expression} is refused, never half understood`, () => {
    assert.throws(() => run(expression, {}), UnsupportedExpression)
  })
}

const examples = new URL('../../../shared/data/fhir-r4-examples/', import.meta.url)

test('on the official examples, every search parameter yields what the library fhirpath yields', {
  skip: !existsSync(examples) && 'shared/data is not here',
}, () => {
  const compiled = new Map<string, (resource: unknown) => unknown[]>()
  const different: string[] = []
  let compared = 0
  for (const resource of exampleResources()) {
    for (const parameter of searchParametersOf(resource.resourceType).values()) {
      // The library fetches for resolve(); a reference says of itself what it leads to.
      if (parameter.expression.includes('resolve()')) continue
      const known = compiled.get(parameter.expression) ?? fhirpath.compile(asOfType(parameter.expression), r4)
      compiled.set(parameter.expression, known as (resource: unknown) => unknown[])
      const theirs = known(resource) as unknown[]
      compared += 1
      if (canonical(parameter.extract(resource)) !== canonical(theirs)) {
        different.push(`${resource.resourceType}/${resource.id} ${parameter.code}`)
      }
    }
  }
  assert.deepEqual(different, [])
  assert.ok(compared > 5_000, `${compared} compared`)
})

/** R4's parameters use `as` over lists, which FHIRPath 2 calls `ofType`. */
const asOfType = (expression: string): string =>
  expression.replace(/\(([^()]+) as (\w+)\)/g, '$1.ofType($2)').replace(/\.as\((\w+)\)/g, '.ofType($1)')

function* exampleResources(): Generator<FhirResource> {
  const perType = new Map<string, number>()
  for (const file of readdirSync(examples).sort()) {
    if (!file.endsWith('.json') || file.startsWith('_')) continue
    const resource: FhirResource = JSON.parse(readFileSync(new URL(file, examples), 'utf8'))
    const before = perType.get(resource.resourceType) ?? 0
    perType.set(resource.resourceType, before + 1)
    if (before < 10) yield resource
  }
}

const canonical = (values: readonly unknown[]): string =>
  [...new Set(values.map((value) => JSON.stringify(value)))].sort().join('\n')

test('every expression of every R4 search parameter is understood', () => {
  assert.equal(resourceTypes().length, 146)
  for (const type of resourceTypes()) {
    for (const parameter of searchParametersOf(type).values()) {
      assert.doesNotThrow(
        () => compilePath(parameter.expression, choiceElements())({ resourceType: type }),
        parameter.expression,
      )
    }
  }
})
