import { randomBytes } from 'node:crypto'
import {
  type Certificate,
  CryptoFailure,
  type ImprintAlgorithm,
  type Timestamp,
  timestampRequest,
  tokenOfResponse,
  verifyTimestamp,
} from '../crypto/index.ts'
import type { Clock } from '../kernel/index.ts'
import { AnchoringFailure } from './errors.ts'

/** A time-stamp authority (RFC 3161 over HTTP, §3.4) and whom it must answer to. */
export interface TimestampAuthority {
  readonly url: string
  readonly roots: readonly Certificate[]
  /** Object identifier of the policy to ask for. */
  readonly policy?: string
}

export interface StampedDigest {
  readonly token: Buffer
  readonly timestamp: Timestamp
}

const maxResponseBytes = 65_536

/**
 * Asks for a stamp and believes it only after everything it promises was checked.
 * @throws {AnchoringFailure} `anchor-unreachable`, `timestamp-refused`.
 */
export async function askTimestamp(
  authority: TimestampAuthority,
  imprint: { readonly algorithm: ImprintAlgorithm; readonly digest: Buffer },
  { clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number },
): Promise<StampedDigest> {
  const nonce = randomBytes(8).readBigUInt64BE() >> 1n
  const { policy, roots } = authority
  const question = { ...imprint, nonce, ...(policy !== undefined && { policy }) }
  const token = tokenIn(await post(authority.url, timestampRequest(question), timeoutMs))
  const verdict = verifyTimestamp(token, {
    ...imprint,
    nonce,
    roots,
    atMs: clock.now(),
    ...(policy !== undefined && { policies: [policy] }),
  })
  if (verdict.outcome === 'refused') {
    throw new AnchoringFailure(
      'timestamp-refused',
      `the time-stamp of ${authority.url} does not hold: ${verdict.problem}`,
    )
  }
  return { token, timestamp: verdict.timestamp }
}

function tokenIn(response: Buffer): Buffer {
  try {
    return tokenOfResponse(response)
  } catch (cause) {
    if (!(cause instanceof CryptoFailure)) throw cause
    throw new AnchoringFailure('timestamp-refused', cause.message, { cause })
  }
}

async function post(url: string, request: Buffer, timeoutMs: number): Promise<Buffer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: new Uint8Array(request),
      headers: { 'Content-Type': 'application/timestamp-query', Accept: 'application/timestamp-reply' },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (!response.ok) throw new Error(`status ${response.status}`)
    const bytes = Buffer.from(await response.arrayBuffer())
    if (bytes.length > maxResponseBytes) throw new Error('the answer is too long')
    return bytes
  } catch (cause) {
    throw new AnchoringFailure('anchor-unreachable', 'the time-stamp authority does not answer', { cause })
  }
}
