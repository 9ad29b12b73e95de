import type { FastifyRequest } from 'fastify'
import { fault } from './errors.ts'
import type { Interaction } from './interaction.ts'
import { type JsonValue, readJson } from './json-text.ts'
import { type QueryPair, readQueryText } from './query-text.ts'

/** What came with a request besides its address. */
export interface ReceivedBody {
  readonly body?: JsonValue
  /** Parameters of a `_search` form. */
  readonly form: readonly QueryPair[]
}

const resourceTypes = ['application/fhir+json', 'application/json', 'application/json+fhir', 'text/json']
const patchTypes = ['application/json-patch+json']
const formTypes = ['application/x-www-form-urlencoded']

/**
 * The body in the one form its interaction takes; bytes are read into values only here, after the caller is known.
 * @throws {FhirFault} `media-type-unsupported`, `body-missing`, `json-malformed`, `json-unsafe`.
 */
export function readBody(request: FastifyRequest, interaction: Interaction): ReceivedBody {
  const bytes = Buffer.isBuffer(request.body) ? request.body : undefined
  const accepted = acceptedBy(interaction, request.method)
  if (!bytes || bytes.length === 0) {
    if (accepted === 'none' || accepted === formTypes) return { form: [] }
    throw fault('body-missing', 'body', '缺少请求正文。', 'A body is needed.')
  }
  if (accepted === 'none') {
    throw fault('header-invalid', 'body', '此操作没有正文。', 'This interaction takes no body.')
  }
  const mediaType = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
  if (!accepted.includes(mediaType) || !isUtf8(request.headers['content-type'])) {
    throw fault(
      'media-type-unsupported',
      'content-type',
      `此处接受：${accepted.join('、')}（UTF-8）。`,
      `Accepted here: ${accepted.join(', ')} (UTF-8).`,
      'Content-Type',
    )
  }
  if (accepted === formTypes) return { form: readQueryText(formText(bytes)) }
  return { body: readJson(bytes), form: [] }
}

function acceptedBy(interaction: Interaction, method: string): readonly string[] | 'none' {
  switch (interaction.kind) {
    case 'create':
    case 'update':
    case 'conditional-update':
    case 'bundle':
    case 'validate':
      return resourceTypes
    case 'patch':
    case 'conditional-patch':
      return patchTypes
    case 'search':
    case 'search-system':
    case 'search-compartment':
      return method === 'POST' ? formTypes : 'none'
    default:
      return 'none'
  }
}

function isUtf8(contentType: string | undefined): boolean {
  const charset = /;\s*charset="?([^";]+)"?/i.exec(contentType ?? '')?.[1]
  return charset === undefined || /^utf-?8$/i.test(charset.trim())
}

/** Form text is ASCII (percent-encoded UTF-8); other bytes are refused by the decoder that follows. */
function formText(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[^\x20-\x7e]/g, '%')
}
