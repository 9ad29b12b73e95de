import { Pool } from 'undici'
import type { FhirResource } from './fhir.ts'
import { UpstreamFailure } from './upstream-errors.ts'

export interface UpstreamSettings {
  /** FHIR base of the upstream, without a slash at the end. */
  readonly url: string
  /** How this server identifies itself to the upstream, e.g. `Authorization`. */
  readonly headers?: Readonly<Record<string, string>>
  readonly connections?: number
  readonly timeoutMs?: number
  readonly maxAnswerBytes?: number
}

export interface UpstreamAnswer {
  readonly status: number
  readonly etag: string | undefined
  /** Absent where the answer has no body (204, 304, 404 without an outcome). */
  readonly resource: FhirResource | undefined
}

export interface UpstreamRequest {
  readonly method: 'GET' | 'PUT' | 'DELETE'
  /** Below the base, encoded, with its query. */
  readonly path: string
  readonly ifMatch?: string
  readonly ifNoneMatch?: string
  readonly body?: FhirResource
}

export interface UpstreamClient {
  readonly url: string
  /** @throws {UpstreamFailure}; 404, 409, 410 and 412 are answers. */
  ask(request: UpstreamRequest): Promise<UpstreamAnswer>
  close(): Promise<void>
}

/**
 * The connection to the upstream: one pool of kept-alive connections, limits on time and size, and no redirects (a
 * redirect could lead the hospital's records, or our credentials, to another host).
 */
export function openUpstreamClient(settings: UpstreamSettings): UpstreamClient {
  const base = new URL(settings.url)
  const timeoutMs = settings.timeoutMs ?? 10_000
  const pool = new Pool(base.origin, {
    connections: settings.connections ?? 32,
    connect: { timeout: Math.min(timeoutMs, 5000) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: 30_000,
    maxResponseSize: settings.maxAnswerBytes ?? 32 * 1024 * 1024,
  })
  const prefix = base.pathname.replace(/\/+$/, '')

  const once = async (request: UpstreamRequest): Promise<UpstreamAnswer> => {
    const { statusCode, headers, body } = await pool.request({
      method: request.method,
      path: `${prefix}/${request.path}`,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        ...settings.headers,
        accept: 'application/fhir+json',
        ...(request.body && { 'content-type': 'application/fhir+json', prefer: 'return=representation' }),
        ...(request.ifMatch !== undefined && { 'if-match': request.ifMatch }),
        ...(request.ifNoneMatch !== undefined && { 'if-none-match': request.ifNoneMatch }),
      },
      ...(request.body && { body: JSON.stringify(request.body) }),
    })
    const text = await body.text()
    refuseStatus(statusCode)
    const etag = headers.etag
    return {
      status: statusCode,
      etag: typeof etag === 'string' ? etag : undefined,
      resource: readResource(text, statusCode),
    }
  }

  return {
    url: settings.url,
    async ask(request) {
      try {
        return await once(request)
      } catch (error) {
        // A kept-alive connection may be closed by the other side just as it is used; a read may be asked again.
        if (request.method !== 'GET' || codeOf(error) !== 'UND_ERR_SOCKET') throw failureOf(error)
      }
      return once(request).catch((error: unknown) => {
        throw failureOf(error)
      })
    },
    close: () => pool.close(),
  }
}

function refuseStatus(status: number): void {
  if (status >= 200 && status < 300) return
  if (status === 404 || status === 409 || status === 410 || status === 412) return
  if (status >= 500 || status === 429) throw failure('upstream-unavailable', status)
  if (status >= 400) throw failure('upstream-refused', status)
  throw failure('upstream-nonsense', status)
}

function readResource(text: string, status: number): FhirResource | undefined {
  if (text === '' || status >= 400) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new UpstreamFailure('upstream-nonsense', 'the upstream answered with text that is not JSON', { cause })
  }
  if (typeof value === 'object' && value !== null && typeof (value as FhirResource).resourceType === 'string') {
    return value as FhirResource
  }
  throw new UpstreamFailure('upstream-nonsense', 'the upstream answered with JSON that is no resource')
}

const failure = (code: UpstreamFailure['code'], status: number): UpstreamFailure =>
  new UpstreamFailure(code, `the upstream answered ${status}`)

function failureOf(error: unknown): UpstreamFailure {
  if (error instanceof UpstreamFailure) return error
  const code = codeOf(error)
  const name = error instanceof Error ? error.name : ''
  const options = { cause: error }
  if (name === 'TimeoutError' || /TIMEOUT|ETIMEDOUT/.test(code)) {
    return new UpstreamFailure('upstream-timeout', 'the upstream took too long', options)
  }
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE' || code.startsWith('HPE_')) {
    return new UpstreamFailure('upstream-nonsense', 'the answer of the upstream is too large or no HTTP', options)
  }
  return new UpstreamFailure('upstream-unavailable', 'the upstream does not answer', options)
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : ''
}
