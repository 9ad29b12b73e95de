import { hash } from 'node:crypto'

export const digestSizeBytes = 32

/** SHA-256. `crypto.hash` costs a third of `createHash` for short input. */
export function sha256(data: string | Uint8Array): Buffer {
  return hash('sha256', data, 'buffer')
}

/** SM3 (GB/T 32905-2016), from Node's OpenSSL. */
export function sm3(data: string | Uint8Array): Buffer {
  return hash('sm3', data, 'buffer')
}

/** SHA-256 in lower-case hex. Strings are hashed as UTF-8. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex')
}
