import type { IncomingHttpHeaders } from 'node:http'
import { actReasonSystem, ownPurposeSystem, type PurposeOfUse, purposes } from '../../kernel/index.ts'
import { fault } from './errors.ts'
import type { QueryPair } from './query-text.ts'

export const fhirMediaType = 'application/fhir+json; charset=utf-8'
export const jsonMediaType = 'application/json; charset=utf-8'

/** How the caller wants the answer, apart from what it is. */
export interface Presentation {
  readonly mediaType: typeof fhirMediaType | typeof jsonMediaType
  readonly pretty: boolean
}

/**
 * `_format` before `Accept` (FHIR R4 http.html#mime-type). XML, Turtle and HTML are not offered: an unreadable answer
 * would still be a use.
 * @throws {FhirFault} `format-not-acceptable`.
 */
export function readPresentation(headers: IncomingHttpHeaders, query: readonly QueryPair[]): Presentation {
  const pretty = last(query, '_pretty') === 'true'
  // An unescaped `+` in `_format=application/fhir+json` arrives as a blank.
  const format = last(query, '_format')?.trim().replaceAll(' ', '+')
  if (format !== undefined && format !== '') return { mediaType: mediaTypeOf(format) ?? refuseFormat(), pretty }
  const ranges = (headers.accept ?? '*/*').split(',').slice(0, 32)
  const weighed = ranges.flatMap((range) => {
    const mediaType = mediaTypeOf(range)
    const weight = Number(/;\s*q=([\d.]+)/i.exec(range)?.[1] ?? 1)
    return mediaType && weight > 0 ? [{ mediaType, weight }] : []
  })
  const best = weighed.reduce<(typeof weighed)[number] | undefined>(
    (kept, next) => (kept && kept.weight >= next.weight ? kept : next),
    undefined,
  )
  return { mediaType: best?.mediaType ?? refuseFormat(), pretty }
}

/** The FHIR version parameter of a media type must be 4.0 where it is given (http.html#version-parameter). */
function mediaTypeOf(range: string): Presentation['mediaType'] | undefined {
  const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
  const version = parameters.find((parameter) => parameter.startsWith('fhirversion='))
  if (version && !/^fhirversion="?4\.0(\.1)?"?$/.test(version)) return undefined
  if (['application/fhir+json', 'json', '*/*', 'application/*', ''].includes(name)) return fhirMediaType
  if (name === 'application/json' || name === 'text/json' || name === 'application/json+fhir') return jsonMediaType
  return undefined
}

function refuseFormat(): never {
  throw fault(
    'format-not-acceptable',
    'format',
    '可用格式：application/fhir+json、application/json（FHIR 4.0）。',
    'Available: application/fhir+json, application/json (FHIR 4.0).',
  )
}

/** `Prefer` (RFC 7240) as FHIR R4 uses it; what is not understood is ignored, as the RFC demands. */
export interface Preference {
  readonly return: 'minimal' | 'representation' | 'OperationOutcome'
  /** Unknown search parameters: refused, or ignored and left out of the self link. Strict unless asked otherwise. */
  readonly handling: 'strict' | 'lenient'
}

export function readPreference(prefer: string | readonly string[] | undefined): Preference {
  const stated = new Map(
    (typeof prefer === 'string' ? prefer : (prefer ?? []).join(','))
      .split(/[,;]/)
      .map((part) => part.trim().split('='))
      .map(([name = '', value = '']) => [name.trim().toLowerCase(), value.trim().replaceAll('"', '')]),
  )
  const asked = stated.get('return')
  return {
    return: asked === 'minimal' || asked === 'OperationOutcome' ? asked : 'representation',
    handling: stated.get('handling') === 'lenient' ? 'lenient' : 'strict',
  }
}

/** Conditions on the state of a record (RFC 9110 §13). Dates are milliseconds. */
export interface Conditions {
  readonly ifMatch?: number
  readonly ifNoneMatch?: readonly string[]
  readonly ifModifiedSince?: number
  /** Text of a search, without the type. */
  readonly ifNoneExist?: string
}

/** @throws {FhirFault} `header-invalid`. */
export function readConditions(stated: {
  readonly ifMatch?: string | undefined
  readonly ifNoneMatch?: string | undefined
  readonly ifModifiedSince?: string | undefined
  readonly ifNoneExist?: string | undefined
}): Conditions {
  const since = stated.ifModifiedSince === undefined ? Number.NaN : Date.parse(stated.ifModifiedSince)
  return {
    ...(stated.ifMatch !== undefined && { ifMatch: versionOf(stated.ifMatch) }),
    ...(stated.ifNoneMatch !== undefined && { ifNoneMatch: stated.ifNoneMatch.split(',').map((tag) => opaque(tag)) }),
    // RFC 9110 §13.1.3: an unreadable date is ignored.
    ...(Number.isFinite(since) && { ifModifiedSince: since }),
    ...(stated.ifNoneExist !== undefined && { ifNoneExist: stated.ifNoneExist.replace(/^\?/, '') }),
  }
}

/** FHIR's weak tags name versions: `W/"3"`. A tag of another shape names a version that cannot be current. */
function versionOf(tag: string): number {
  const version = opaque(tag)
  if (version === '' || version === '*' || version.includes(',')) {
    throw fault('header-invalid', 'if-match', 'If-Match 须为 W/"版本号"。', 'If-Match must be W/"version".', 'If-Match')
  }
  return /^[1-9]\d{0,8}$/.test(version) ? Number(version) : 0
}

const opaque = (tag: string): string =>
  tag
    .trim()
    .replace(/^W\//, '')
    .replace(/^"(.*)"$/, '$1')

/** True when the caller already holds this version (RFC 9110 §13.2.2: `If-None-Match` decides where both stand). */
export function isNotModified(conditions: Conditions, record: { version: number; lastUpdated: string }): boolean {
  if (conditions.ifNoneMatch) {
    return conditions.ifNoneMatch.some((tag) => tag === '*' || tag === String(record.version))
  }
  if (conditions.ifModifiedSince === undefined) return false
  // HTTP dates have whole seconds.
  return Math.floor(Date.parse(record.lastUpdated) / 1000) * 1000 <= conditions.ifModifiedSince
}

/**
 * `Purpose-Of-Use: TREAT`, or `system|TREAT` with the code system spelt out.
 * @throws {FhirFault} `purpose-unknown`.
 */
export function readPurpose(header: string | readonly string[] | undefined): PurposeOfUse | undefined {
  const text = (typeof header === 'string' ? header : header?.join(','))?.trim()
  if (!text) return undefined
  const [code = '', system] = text.split('|').reverse()
  const purpose = purposes.find((known) => known === code.trim())
  const isKnownSystem =
    system === undefined || [actReasonSystem, ownPurposeSystem, 'urn:oid:2.16.840.1.113883.5.8'].includes(system.trim())
  if (purpose && isKnownSystem && text.split('|').length <= 2) return purpose
  const list = purposes.join(', ')
  throw fault('purpose-unknown', 'code', `可用代码：${list}。`, `Known codes: ${list}.`, 'Purpose-Of-Use')
}

function last(query: readonly QueryPair[], name: string): string | undefined {
  return query.findLast(([known]) => known === name)?.[1]
}
