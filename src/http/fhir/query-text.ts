import { fault } from './errors.ts'

/** Name and value as decoded, in the order given. */
export type QueryPair = readonly [name: string, value: string]

const maxPairs = 200

/**
 * `application/x-www-form-urlencoded` text, of an address or of a `_search` body, decoded strictly: what
 * `URLSearchParams` would repair by guessing is refused.
 * @throws {FhirFault} `path-not-fhir`.
 */
export function readQueryText(text: string): readonly QueryPair[] {
  const parts = text.split('&').filter((part) => part !== '')
  if (parts.length > maxPairs) {
    throw fault('path-not-fhir', 'parameters', `参数超过 ${maxPairs} 个。`, `More than ${maxPairs} parameters.`)
  }
  return parts.map((part) => {
    const equals = part.indexOf('=')
    const name = equals < 0 ? part : part.slice(0, equals)
    return [decode(name), equals < 0 ? '' : decode(part.slice(equals + 1))] as const
  })
}

/** The same text again, normalised, for links. */
export function writeQueryText(pairs: readonly QueryPair[]): string {
  return pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%2F', '/')
}

function decode(text: string): string {
  const plain = text.replaceAll('+', ' ')
  let decoded: string
  try {
    decoded = decodeURIComponent(plain)
  } catch {
    throw fault(
      'path-not-fhir',
      'percent-encoding',
      '查询参数的百分号编码不合规（须为 UTF-8）。',
      'A query parameter is badly percent-encoded (UTF-8 is needed).',
    )
  }
  if (decoded.includes('\u0000')) {
    throw fault('path-not-fhir', 'nul', '查询参数含有 U+0000。', 'A query parameter holds U+0000.')
  }
  return decoded
}
