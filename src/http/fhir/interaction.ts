import { FhirFault, fault } from './errors.ts'

/** What is asked for, as FHIR R4 names it (http.html), read from method and path alone. */
export type Interaction =
  | { readonly kind: 'capabilities' }
  | { readonly kind: 'read'; readonly type: string; readonly id: string }
  | { readonly kind: 'vread'; readonly type: string; readonly id: string; readonly version: number }
  | { readonly kind: 'history'; readonly type: string; readonly id?: string }
  | { readonly kind: 'search'; readonly type: string }
  | { readonly kind: 'search-system' }
  | { readonly kind: 'search-compartment'; readonly patient: string; readonly type: string }
  | { readonly kind: 'everything'; readonly patient: string }
  | { readonly kind: 'validate'; readonly type: string }
  | { readonly kind: 'create'; readonly type: string }
  | { readonly kind: 'update' | 'patch' | 'delete'; readonly type: string; readonly id: string }
  | { readonly kind: 'conditional-update' | 'conditional-patch' | 'conditional-delete'; readonly type: string }
  | { readonly kind: 'bundle' }

type Offered = Readonly<Partial<Record<string, Interaction>>>

/** FHIR R4 `id`. `.` and `..` fit the pattern and mean something else to whoever reads the path as a file name. */
const idPattern = /^[A-Za-z0-9\-.]{1,64}$/
export const isFhirId = (text: string): boolean => idPattern.test(text) && text !== '.' && text !== '..'

/**
 * @param path the raw path below the FHIR base, never decoded: FHIR types and ids need no percent-encoding.
 * @throws {FhirFault} `path-not-fhir`, `type-unknown`, `interaction-unknown`, `record-not-found` or
 * `method-not-allowed`.
 */
export function readInteraction(method: string, path: string, types: ReadonlySet<string>): Interaction {
  const segments = segmentsOf(path)
  const offered = offeredAt(segments, types)
  const asked = offered[method === 'HEAD' ? 'GET' : method]
  if (asked) return asked
  const allow = Object.keys(offered).flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]))
  throw new FhirFault(
    'method-not-allowed',
    [{ rule: 'method', words: { zh: `可用方法：${allow.join('、')}。`, en: `Available: ${allow.join(', ')}.` } }],
    { allow },
  )
}

function segmentsOf(path: string): readonly string[] {
  if (path.length > 1024) throw fault('path-not-fhir', 'length', '路径过长。', 'The path is too long.')
  if (path.includes('%')) {
    throw fault('path-not-fhir', 'encoded', '路径中不允许百分号编码。', 'Percent-encoding has no place in a FHIR path.')
  }
  if (!/^[A-Za-z0-9\-._$/]*$/.test(path)) {
    throw fault('path-not-fhir', 'characters', '路径含有不允许的字符。', 'The path holds characters FHIR does not use.')
  }
  const trimmed = path.replace(/^\//, '').replace(/\/$/, '')
  const segments = trimmed === '' ? [] : trimmed.split('/')
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    throw fault('path-not-fhir', 'segment', '路径含有空段或点段。', 'The path holds empty or dot segments.')
  }
  return segments
}

function offeredAt(segments: readonly string[], types: ReadonlySet<string>): Offered {
  const [first, second, third, fourth] = segments
  if (first === undefined) return { GET: { kind: 'search-system' }, POST: { kind: 'bundle' } }
  if (first === 'metadata' && segments.length === 1) return { GET: { kind: 'capabilities' } }
  if (first === '_search' && segments.length === 1) return { POST: { kind: 'search-system' } }
  if (first.startsWith('_') || first.startsWith('$')) throw new FhirFault('interaction-unknown')
  if (!types.has(first)) throw new FhirFault('type-unknown')
  const type = first
  if (second === undefined) return atType(type)
  if (third === undefined && (second.startsWith('_') || second.startsWith('$'))) return underType(type, second)
  const id = idOf(second)
  if (third === undefined) return atRecord(type, id)
  if (third === '_history') return fourth === undefined ? { GET: { kind: 'history', type, id } } : atVersion(segments)
  if (type === 'Patient') return underPatient(segments, types)
  throw new FhirFault('interaction-unknown')
}

function atType(type: string): Offered {
  return {
    GET: { kind: 'search', type },
    POST: { kind: 'create', type },
    PUT: { kind: 'conditional-update', type },
    PATCH: { kind: 'conditional-patch', type },
    DELETE: { kind: 'conditional-delete', type },
  }
}

function underType(type: string, name: string): Offered {
  if (name === '_search') return { POST: { kind: 'search', type } }
  if (name === '_history') return { GET: { kind: 'history', type } }
  if (name === '$validate') return { POST: { kind: 'validate', type } }
  throw new FhirFault('interaction-unknown')
}

function atRecord(type: string, id: string): Offered {
  return {
    GET: { kind: 'read', type, id },
    PUT: { kind: 'update', type, id },
    PATCH: { kind: 'patch', type, id },
    DELETE: { kind: 'delete', type, id },
  }
}

function atVersion(segments: readonly string[]): Offered {
  const [type = '', id = '', , version = ''] = segments
  if (segments.length > 4) throw new FhirFault('interaction-unknown')
  idOf(version)
  // Versions here are 1, 2, 3 …; any other well-formed version id names one that cannot exist.
  if (!/^[1-9]\d{0,8}$/.test(version)) throw new FhirFault('record-not-found')
  return { GET: { kind: 'vread', type, id, version: Number(version) } }
}

/** Patient compartment: `Patient/x/Observation`, `Patient/x/*`, `Patient/x/$everything`. */
function underPatient(segments: readonly string[], types: ReadonlySet<string>): Offered {
  const [, patient = '', name = '', last] = segments
  if (segments.length > 4 || (last !== undefined && last !== '_search')) throw new FhirFault('interaction-unknown')
  if (name === '$everything' && last === undefined) return { GET: { kind: 'everything', patient } }
  if (name.startsWith('$') || name.startsWith('_')) throw new FhirFault('interaction-unknown')
  if (!types.has(name)) throw new FhirFault('type-unknown')
  const search: Interaction = { kind: 'search-compartment', patient, type: name }
  return last === '_search' ? { POST: search } : { GET: search }
}

function idOf(segment: string): string {
  if (!isFhirId(segment)) {
    throw fault(
      'path-not-fhir',
      'id',
      '编号须为 1 至 64 位字母、数字、“-”或“.”。',
      'An id is 1 to 64 letters, digits, "-" or ".".',
    )
  }
  return segment
}
