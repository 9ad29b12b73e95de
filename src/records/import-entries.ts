import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { TextDecoder } from 'node:util'
import type { InputIssue } from '../kernel/index.ts'
import type { FhirResource } from './fhir.ts'
import { rewriteReferences } from './references.ts'

/** One resource of a file that is imported, and where it stands there: `entry[3]`, `line 17`, or nothing for a whole file. */
export type ImportEntry =
  | { readonly place: string; readonly resource: FhirResource }
  | { readonly place: string; readonly issue: InputIssue }

export function isNdjson(path: string): boolean {
  return /\.(ndjson|jsonl)$/i.test(path)
}

/** The resources of a file: a resource, a Bundle of them, or one a line; NDJSON is streamed, whatever its size. */
export function readEntries(path: string): AsyncIterable<ImportEntry> {
  return isNdjson(path) ? readLines(path) : readDocument(path)
}

async function* readLines(path: string): AsyncGenerator<ImportEntry> {
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })
  let number = 0
  for await (const line of lines) {
    number += 1
    const text = withoutMark(line).trim()
    if (text === '') continue
    const place = `line ${number}`
    const parsed = parse(text)
    yield parsed === undefined ? { place, issue: notJson } : entryOf(place, parsed)
  }
}

async function* readDocument(path: string): AsyncGenerator<ImportEntry> {
  const text = decode(await readFile(path))
  if (text === undefined) {
    yield { place: '', issue: { field: '', rule: 'encoding', zh: '文件不是 UTF-8 编码', en: 'the file is not UTF-8' } }
    return
  }
  const parsed = parse(withoutMark(text))
  if (parsed === undefined) yield { place: '', issue: notJson }
  else if (isBundleOfResources(parsed)) yield* bundleEntries(parsed)
  else yield entryOf('', parsed)
}

const notJson: InputIssue = { field: '', rule: 'json', zh: '不是有效的 JSON', en: 'it is not JSON' }
const notResource: InputIssue = {
  field: 'resourceType',
  rule: 'resource-type',
  zh: '不是 FHIR 资源：缺少 resourceType',
  en: 'it is not a FHIR resource: resourceType is missing',
}

function entryOf(place: string, value: unknown): ImportEntry {
  if (!isObject(value) || typeof value.resourceType !== 'string') return { place, issue: notResource }
  const resource = value as unknown as FhirResource
  return { place, resource: { ...resource, id: resource.id ?? idFromContent(resource) } }
}

/** Documents and messages are records as they are; the other kinds only carry records. */
function isBundleOfResources(value: unknown): value is Bundle {
  if (!isObject(value) || value.resourceType !== 'Bundle') return false
  return ['transaction', 'batch', 'collection', 'searchset'].includes(String(value.type)) && Array.isArray(value.entry)
}

interface Bundle {
  readonly entry: readonly unknown[]
  readonly [element: string]: unknown
}

function* bundleEntries(bundle: Bundle): Generator<ImportEntry> {
  const entries = bundle.entry.map((value, index) => bundleEntry(value, index))
  const targets = new Map<string, string>()
  for (const entry of entries) {
    if ('resource' in entry && entry.fullUrl !== undefined) {
      targets.set(entry.fullUrl, `${entry.resource.resourceType}/${entry.resource.id}`)
    }
  }
  for (const entry of entries) {
    if ('issue' in entry) yield entry
    else yield { place: entry.place, resource: rewriteReferences(entry.resource, (url) => targets.get(url) ?? url) }
  }
}

type BundleEntry =
  | { readonly place: string; readonly resource: FhirResource; readonly fullUrl?: string }
  | { readonly place: string; readonly issue: InputIssue }

function bundleEntry(value: unknown, index: number): BundleEntry {
  const place = `entry[${index}]`
  const { resource, fullUrl, request } = isObject(value) ? value : {}
  const method = isObject(request) ? request.method : undefined
  if (method !== undefined && method !== 'POST' && method !== 'PUT') {
    const issue = {
      field: 'request.method',
      rule: 'method',
      zh: `导入只接受 POST 与 PUT，不执行 ${method}`,
      en: `an import takes POST and PUT, it does not run ${method}`,
    }
    return { place, issue }
  }
  if (!isObject(resource) || typeof resource.resourceType !== 'string') return { place, issue: notResource }
  const found = resource as unknown as FhirResource
  const fromUrl = /^urn:uuid:([0-9a-f-]{36})$/i.exec(String(fullUrl))?.[1]
  const id = found.id ?? fromUrl ?? idFromContent(found)
  return { place, resource: { ...found, id }, ...(typeof fullUrl === 'string' && { fullUrl }) }
}

/** The same content without an id gets the same id each time: importing again adds nothing. */
function idFromContent(resource: FhirResource): string {
  const digest = createHash('sha256').update(JSON.stringify(resource)).digest('hex')
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

const withoutMark = (text: string): string => (text.startsWith('\uFEFF') ? text.slice(1) : text)

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
