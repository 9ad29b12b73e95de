import type { Words } from '../errors/index.ts'
import { FhirFault, fault } from './errors.ts'
import { isObject } from './incoming-resource.ts'
import { readInteraction } from './interaction.ts'
import type { InteractionCall } from './interaction-call.ts'
import { type JsonObject, type JsonValue, readJson } from './json-text.ts'
import { type Preference, readConditions } from './preference.ts'
import { readQueryText } from './query-text.ts'

/** A batch or transaction as received: its entries not yet looked into. */
export interface ReceivedBundle {
  readonly type: 'batch' | 'transaction'
  readonly entries: readonly JsonValue[]
}

/** An entry that can be performed; `fullUrl` is its identity within the bundle. */
export interface BundleEntry {
  readonly index: number
  readonly fullUrl?: string
  readonly method: string
  readonly call: InteractionCall
}

/** @throws {FhirFault} `bundle-invalid`, `bundle-too-large`, `resource-mismatch`. */
export function readBundle(body: JsonValue | undefined, maxEntries: number): ReceivedBundle {
  if (!isObject(body) || body.resourceType !== 'Bundle') {
    throw fault(
      'resource-mismatch',
      'bundle',
      '此地址只接受 Bundle。',
      'Only a Bundle may be posted here.',
      'resourceType',
    )
  }
  if (body.type !== 'batch' && body.type !== 'transaction') {
    throw fault(
      'bundle-invalid',
      'type',
      'type 须为 batch 或 transaction。',
      'type must be batch or transaction.',
      'Bundle.type',
    )
  }
  const entries = body.entry ?? []
  if (!Array.isArray(entries)) {
    throw fault('bundle-invalid', 'entry', 'entry 须为数组。', 'entry must be an array.', 'Bundle.entry')
  }
  if (entries.length > maxEntries) {
    throw fault(
      'bundle-too-large',
      'entries',
      `有 ${entries.length} 个条目，最多 ${maxEntries} 个；未处理任何条目。`,
      `${entries.length} entries, at most ${maxEntries}; none was processed.`,
      'Bundle.entry',
    )
  }
  return { type: body.type, entries }
}

/** @throws {FhirFault} of any kind a lone request could cause, with the entry as its place. */
export function readEntry(
  entry: JsonValue,
  index: number,
  surroundings: { readonly base: string; readonly types: ReadonlySet<string>; readonly preference: Preference },
): BundleEntry {
  const place = `Bundle.entry[${index}]`
  return within(place, () => {
    if (!isObject(entry)) throw invalid('entry', '条目须为对象。', 'An entry must be an object.')
    const request = entry.request
    if (!isObject(request)) throw invalid('request', '缺少 request。', 'request is missing.')
    const method = textOf(request, 'method')
    const url = textOf(request, 'url')
    if (!method || !url)
      throw invalid('request', '缺少 request.method 或 request.url。', 'request.method and request.url are needed.')
    if (!['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method)) {
      throw invalid('method', 'request.method 不是 HTTP 方法代码。', 'request.method is not an HTTP verb of FHIR.')
    }
    const [path = '', queryText = ''] = split(relative(url, surroundings.base))
    const interaction = readInteraction(method, path, surroundings.types)
    if (interaction.kind === 'bundle') throw invalid('nested', '不能嵌套 Bundle。', 'A bundle cannot be nested.')
    const fullUrl = textOf(entry, 'fullUrl')
    const body = method === 'PATCH' ? patchOf(entry.resource) : entry.resource
    return {
      index,
      ...(fullUrl !== undefined && { fullUrl }),
      method,
      call: {
        interaction,
        path,
        query: readQueryText(queryText),
        conditions: readConditions({
          ifMatch: textOf(request, 'ifMatch'),
          ifNoneMatch: textOf(request, 'ifNoneMatch'),
          ifModifiedSince: textOf(request, 'ifModifiedSince'),
          ifNoneExist: textOf(request, 'ifNoneExist'),
        }),
        preference: surroundings.preference,
        ...(body !== undefined && { body }),
      },
    }
  })
}

/** Runs `work`; whatever fault it finds is told with the place in the bundle where it was found. */
export function within<Result>(place: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw error instanceof FhirFault ? placed(error, place) : error
  }
}

export function placed(error: FhirFault, place: string): FhirFault {
  const details = error.details.length > 0 ? error.details : [{ rule: error.code, words: bare }]
  return new FhirFault(
    error.code,
    details.map((detail) => ({ ...detail, field: detail.field ? `${place} ${detail.field}` : place })),
    error.allow ? { allow: error.allow } : {},
  )
}

const bare: Words = { zh: '见此条目。', en: 'See this entry.' }

/** A JSON Patch in a bundle travels as Binary (FHIR R4 http.html#patch); FHIRPath Patch is not offered. */
function patchOf(resource: JsonValue | undefined): JsonValue {
  if (
    !isObject(resource) ||
    resource.resourceType !== 'Binary' ||
    resource.contentType !== 'application/json-patch+json'
  ) {
    throw fault(
      'media-type-unsupported',
      'patch',
      'Bundle 中的补丁须为 contentType 为 application/json-patch+json 的 Binary。',
      'A patch in a bundle must be a Binary of contentType application/json-patch+json.',
    )
  }
  return readJson(Buffer.from(textOf(resource, 'data') ?? '', 'base64'))
}

function relative(url: string, base: string): string {
  if (url.startsWith(`${base}/`)) return url.slice(base.length)
  if (/^[a-z][a-z0-9+.-]*:/i.test(url)) {
    throw invalid('url', 'request.url 指向其他服务器。', 'request.url points to another server.')
  }
  return url
}

function split(url: string): readonly string[] {
  const mark = url.indexOf('?')
  return mark < 0 ? [url] : [url.slice(0, mark), url.slice(mark + 1)]
}

function textOf(holder: JsonObject, name: string): string | undefined {
  const value = holder[name]
  if (value === undefined) return undefined
  if (typeof value !== 'string') throw invalid(name, `${name} 须为字符串。`, `${name} must be a string.`)
  return value
}

const invalid = (rule: string, zh: string, en: string): FhirFault => fault('bundle-invalid', rule, zh, en)
