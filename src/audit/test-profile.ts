import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'

/** For tests only: IHE's profiles and examples, where they are. */
export const balpFolder = fileURLToPath(new URL('../../../shared/data/balp/', import.meta.url))
export const balpIsHere = existsSync(balpFolder)
export const examplesFolder = fileURLToPath(new URL('../../../shared/data/fhir-r4-examples/', import.meta.url))

export function auditEventsIn(folder: string): readonly (readonly [name: string, event: Json])[] {
  return readdirSync(folder)
    .filter((name) => /^AuditEvent-.*\.json$/.test(name))
    .map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8')) as Json])
}

// biome-ignore lint/suspicious/noExplicitAny: definitions and events are looked into by path.
export type Json = any

/** An element of a profile's differential. */
export interface ProfileElement {
  readonly id: string
  readonly min?: number
  readonly max?: string
  readonly slicing?: { readonly rules: string; readonly discriminator: readonly { readonly path: string }[] }
  readonly binding?: { readonly strength: string; readonly valueSet: string }
  readonly constraint?: readonly { readonly key: string }[]
  readonly pattern?: Json
}

/** The rules of a profile and of what it is derived from, as far as `AuditEvent` itself. */
export function profileElements(url: string): readonly ProfileElement[] {
  const file = join(balpFolder, `StructureDefinition-${url.split('/').at(-1)}.json`)
  const definition = JSON.parse(readFileSync(file, 'utf8'))
  const base: string = definition.baseDefinition
  const inherited = base.startsWith('https://profiles.ihe.net/') ? profileElements(base) : []
  return [...inherited, ...definition.differential.element.map(elementOf)]
}

function elementOf(element: Json): ProfileElement {
  const key = Object.keys(element).find((name) => /^(pattern|fixed)[A-Z]/.test(name))
  return { ...element, ...(key && { pattern: element[key] }) }
}

/** What of a profile an event breaks: cardinalities, patterns, required bindings, slices. None: it keeps it. */
export function profileIssues(url: string, event: Json): readonly string[] {
  const elements = profileElements(url)
  return elements.flatMap((element) => issuesOf(element, elements, event))
}

function issuesOf(element: ProfileElement, all: readonly ProfileElement[], event: Json): readonly string[] {
  const path = element.id.split('.').slice(1)
  if (path.length === 0 || path.some((step) => step.startsWith('extension:'))) return []
  const last = path.at(-1)!
  return holdersOf(path.slice(0, -1), all, event).flatMap((holder) => {
    const found = pick(holder, last, [...path.slice(0, -1)], all)
    return [
      ...countIssues(element, found.length),
      ...found.flatMap((value) => valueIssues(element, value, event)),
      ...closedIssues(element, all, found),
    ].map((issue) => `${element.id}: ${issue}`)
  })
}

/** Every object that the path leads to; a step `agent:client` leads to the members of that slice. */
function holdersOf(path: readonly string[], all: readonly ProfileElement[], event: Json): readonly Json[] {
  return path.reduce<readonly Json[]>(
    (holders, step, index) => holders.flatMap((holder) => pick(holder, step, path.slice(0, index), all)),
    [event],
  )
}

function pick(holder: Json, step: string, before: readonly string[], all: readonly ProfileElement[]): readonly Json[] {
  const [name = '', slice] = step.split(':')
  const value = holder?.[name]
  const values = value === undefined ? [] : Array.isArray(value) ? value : [value]
  if (slice === undefined) return values
  return values.filter((one) => belongs(one, ['AuditEvent', ...before, step].join('.'), all))
}

/** Whether a value is of a slice: by the pattern or required binding at its discriminator. */
function belongs(value: Json, id: string, all: readonly ProfileElement[]): boolean {
  const slicing = all.find((element) => element.id === id.slice(0, id.lastIndexOf(':')))?.slicing
  return (slicing?.discriminator ?? []).every(({ path }) => {
    const at = path === '$this' ? id : `${id}.${path}`
    const rule = all.findLast((element) => element.id === at && (element.pattern || element.binding))
    const found = path === '$this' ? value : value?.[path]
    if (!rule) return true
    return rule.pattern !== undefined ? matches(found, rule.pattern) : isBound(found, rule.binding!.valueSet)
  })
}

function countIssues({ min, max }: ProfileElement, count: number): readonly string[] {
  if (min !== undefined && count < min) return [`${count} of at least ${min}`]
  if (max !== undefined && max !== '*' && count > Number(max)) return [`${count} of at most ${max}`]
  return []
}

function valueIssues({ pattern, binding, constraint }: ProfileElement, value: Json, event: Json): readonly string[] {
  const issues: string[] = []
  if (pattern !== undefined && !matches(value, pattern)) issues.push('does not match the pattern')
  if (binding?.strength === 'required' && !isBound(value, binding.valueSet)) issues.push('is not of the value set')
  if (
    constraint?.some(({ key }) => key === 'val-audit-source') &&
    !isDeepStrictEqual(value.who, event.source?.observer)
  )
    issues.push('is not the audit source')
  return issues
}

function closedIssues(element: ProfileElement, all: readonly ProfileElement[], found: readonly Json[]) {
  if (element.slicing?.rules !== 'closed') return []
  const slices = all.filter(({ id }) => id.startsWith(`${element.id}:`) && !id.slice(element.id.length).includes('.'))
  const strange = found.filter((value) => !slices.some(({ id }) => belongs(value, id, all)))
  return strange.map(() => 'is of no slice')
}

/** FHIR `pattern[x]`: everything the pattern says is in the value; lists hold a member for each of the pattern's. */
export function matches(value: Json, pattern: Json): boolean {
  if (Array.isArray(pattern)) {
    return Array.isArray(value) && pattern.every((one) => value.some((other) => matches(other, one)))
  }
  if (typeof pattern !== 'object') return value === pattern
  return typeof value === 'object' && Object.entries(pattern).every(([name, one]) => matches(value?.[name], one))
}

function isBound(value: Json, valueSet: string): boolean {
  const codings: readonly Json[] = value?.coding ?? (value ? [value] : [])
  return codings.some((coding) => valuesOf(valueSet).some((include) => isIncluded(coding, include)))
}

function isIncluded(coding: Json, include: Json): boolean {
  if (coding.system !== include.system) return false
  return (include.concept ?? conceptsOf(include.system)).some((concept: Json) => concept.code === coding.code)
}

const valuesOf = (url: string): readonly Json[] => definition('ValueSet', url).compose.include
const conceptsOf = (url: string): readonly Json[] => definition('CodeSystem', url).concept
const definition = (type: string, url: string): Json =>
  JSON.parse(readFileSync(join(balpFolder, `${type}-${url.split('/').at(-1)}.json`), 'utf8'))
