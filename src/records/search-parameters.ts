import { readFileSync } from 'node:fs'
import { compilePath, type PathExtract } from './fhir-path.ts'

/** A search parameter of one resource type, from the R4 definitions. */
export interface SearchParameter {
  readonly code: string
  readonly type: SearchParameterType
  readonly expression: string
  /** Types a reference may lead to; empty for other kinds. */
  readonly targets: readonly string[]
  /** Parts of a composite: code of the part's own parameter, its kind, and its path below the composite's. */
  readonly components: readonly {
    readonly code: string
    readonly type: SearchParameterType
    readonly expression: string
  }[]
  readonly extract: PathExtract
}

export type SearchParameterType =
  | 'string'
  | 'token'
  | 'date'
  | 'uri'
  | 'reference'
  | 'quantity'
  | 'number'
  | 'composite'

type Row = readonly [
  SearchParameterType,
  string,
  (readonly string[] | readonly (readonly [string, SearchParameterType, string])[])?,
]

interface Definitions {
  readonly types: Readonly<Record<string, Readonly<Record<string, Row>>>>
  readonly compartment: Readonly<Record<string, readonly string[]>>
  readonly choices: readonly string[]
}

let definitions: Definitions | undefined
const compiled = new Map<string, ReadonlyMap<string, SearchParameter>>()
let choices: ReadonlySet<string> = new Set()

/** Read on first use (3 ms), not at start. */
function load(): Definitions {
  if (definitions) return definitions
  const file = new URL('./definitions/search-parameters.json', import.meta.url)
  const read: Definitions = JSON.parse(readFileSync(file, 'utf8'))
  choices = new Set(read.choices)
  definitions = read
  return read
}

/** All R4 resource types that can be stored. */
export function resourceTypes(): readonly string[] {
  return Object.keys(load().types)
}

export function isResourceType(type: string): boolean {
  return Object.hasOwn(load().types, type)
}

/** The search parameters of a type by code; every type has `_id`, `_lastUpdated`, `_tag`, `_profile`, `_security`. */
export function searchParametersOf(type: string): ReadonlyMap<string, SearchParameter> {
  const known = compiled.get(type)
  if (known) return known
  const rows = isResourceType(type) ? load().types[type]! : {}
  const parameters = new Map(Object.entries(rows).map(([code, row]) => [code, parameterOf(code, row)]))
  compiled.set(type, parameters)
  return parameters
}

/** Codes of the reference parameters by which a resource of this type belongs to a patient, the surest first. */
export function compartmentParametersOf(type: string): readonly string[] {
  const listed = load().compartment[type] ?? []
  const own = ['patient', 'subject'].filter((code) => searchParametersOf(type).get(code)?.type === 'reference')
  return [...new Set([...own, ...listed])]
}

/** Types whose resources may belong to a patient, the patient included. */
export function patientTypes(): readonly string[] {
  return resourceTypes().filter((type) => type === 'Patient' || compartmentParametersOf(type).length > 0)
}

export function choiceElements(): ReadonlySet<string> {
  load()
  return choices
}

function parameterOf(code: string, [type, expression, third]: Row): SearchParameter {
  const isComposite = type === 'composite'
  return {
    code,
    type,
    expression,
    targets: isComposite ? [] : ((third ?? []) as readonly string[]),
    components: isComposite
      ? ((third ?? []) as readonly (readonly [string, SearchParameterType, string])[]).map((part) => ({
          code: part[0],
          type: part[1],
          expression: part[2],
        }))
      : [],
    extract: lazily(() => compilePath(expression, choices)),
  }
}

function lazily(compile: () => PathExtract): PathExtract {
  let extract: PathExtract | undefined
  return (resource) => {
    extract ??= compile()
    return extract(resource)
  }
}
