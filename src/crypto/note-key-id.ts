import { sha256 } from './digest.ts'

/**
 * SHA-256(name || 0x0A || type || public key), first four bytes (C2SP signed-note): tells keys apart, guards nothing.
 * @param key type and public key.
 */
export function keyIdOf(name: string, key: Uint8Array): number {
  return sha256(Buffer.concat([Buffer.from(`${name}\n`), key])).readUInt32BE(0)
}
