import { randomFillSync } from 'node:crypto'
import { CryptoFailure, canonicalJson, leafHashHex } from '../crypto/index.ts'
import type { Entry, EntryDraft } from './entry.ts'
import { LedgerFailure } from './errors.ts'

/** An entry as bytes: from here on nothing about it changes. `body` is what the ledger commits to. */
export interface SealedEntry {
  readonly id: string
  readonly recorded: string
  readonly body: string
  /** RFC 6962 leaf hash of `body`, hex. */
  readonly leafHash: string
}

/** An entry bundle gives each entry a 16-bit length (C2SP tlog-tiles). */
export const maxEntrySizeBytes = 65_535

/**
 * Gives the draft its id, time and nonce and turns it into canonical bytes, once.
 * Words from outside may hold what JSON or PostgreSQL cannot carry (lone surrogates, U+0000): those become U+FFFD,
 * because a hostile user agent must neither stop its own trace nor be lost from it.
 */
export function sealEntry(draft: EntryDraft, nowMs: number, marks?: Pick<Entry, 'raisesEpoch'>): SealedEntry {
  const id = uuidV7(nowMs)
  const recorded = isoTime(nowMs)
  const body = canonicalBody({ ...draft, ...marks, v: 1, id, recorded, nonce: randomBytes16().toString('base64url') })
  if (body.length * 3 > maxEntrySizeBytes && Buffer.byteLength(body) > maxEntrySizeBytes) {
    throw new LedgerFailure('entry-too-large', `an entry of kind ${draft.kind} exceeds ${maxEntrySizeBytes} bytes`)
  }
  return { id, recorded, body, leafHash: leafHashHex(body) }
}

function canonicalBody(entry: Readonly<Record<string, unknown>>): string {
  try {
    const text = canonicalJson(entry)
    return text.includes('\\u0000') ? canonicalJson(cleaned(entry)) : text
  } catch (cause) {
    if (!(cause instanceof CryptoFailure)) throw cause
  }
  try {
    return canonicalJson(cleaned(entry))
  } catch (cause) {
    throw new LedgerFailure('entry-not-canonical', 'a draft holds something JSON cannot say', { cause })
  }
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\ufffd')
  if (Array.isArray(value)) return value.map(cleaned)
  if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [cleaned(key), cleaned(member)]))
  }
  return value
}

// One call to the random source for many entries: each call costs microseconds, whatever its size.
const pool = Buffer.alloc(4096)
let drawn = pool.length

function randomBytes16(): Buffer {
  if (drawn === pool.length) {
    randomFillSync(pool)
    drawn = 0
  }
  drawn += 16
  return pool.subarray(drawn - 16, drawn)
}

/** RFC 9562 §5.7. */
function uuidV7(nowMs: number): string {
  const time = nowMs.toString(16).padStart(12, '0')
  const random = randomBytes16()
  const variant = ((random[2]! & 0x3f) | 0x80).toString(16)
  const hex = random.toString('hex')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(1, 4)}-${variant}${hex.slice(6, 8)}-${hex.slice(8, 20)}`
}

let lastMs = Number.NaN
let lastText = ''

function isoTime(nowMs: number): string {
  if (nowMs !== lastMs) {
    lastText = new Date(nowMs).toISOString()
    lastMs = nowMs
  }
  return lastText
}
