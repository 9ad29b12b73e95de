import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { InvalidInput } from '../kernel/index.ts'
import type { SearchQuery } from './search.ts'
import { refusal } from './search-refusal.ts'

/**
 * Where a page ended: the sort keys of its last row. They may be values of a record (a name), so the mark is sealed
 * with AES-256-GCM, bound to its query: it tells nothing, and serves no other search.
 */
export function sealCursor(keys: readonly string[], query: SearchQuery, secret: string): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret), nonce)
  cipher.setAAD(fingerprint(query))
  const sealed = Buffer.concat([cipher.update(JSON.stringify(keys), 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')
}

/** @throws InvalidInput for a mark that was altered, or made for another query. */
export function openCursor(cursor: string, query: SearchQuery, secret: string): readonly string[] {
  const bytes = Buffer.from(cursor, 'base64url')
  if (bytes.length < 30 || bytes.toString('base64url') !== cursor) throw invalid()
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyOf(secret), bytes.subarray(0, 12))
    decipher.setAAD(fingerprint(query))
    decipher.setAuthTag(bytes.subarray(12, 28))
    return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8'))
  } catch {
    throw invalid()
  }
}

const invalid = (): InvalidInput => new InvalidInput([refusal('_cursor', 'cursor')])
let lastKey: { readonly secret: string; readonly key: Buffer } | undefined

/** A store has one secret, and its key is made once. */
function keyOf(secret: string): Buffer {
  if (lastKey?.secret !== secret) {
    lastKey = { secret, key: createHash('sha256').update(`cursor ${secret}`).digest() }
  }
  return lastKey.key
}

/** The size of a page and what is shown of each row may change from page to page; what is selected may not. */
function fingerprint(query: SearchQuery): Buffer {
  const { types, parameters, sort, compartment } = query
  return createHash('sha256')
    .update(JSON.stringify([types, parameters, sort, compartment]))
    .digest()
}
