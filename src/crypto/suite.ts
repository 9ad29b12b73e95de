import { sha256, sm3 } from './digest.ts'
import { ed25519 } from './ed25519.ts'
import type { SignatureScheme } from './signature-scheme.ts'
import { sm2 } from './sm2.ts'
import { sha256Tree, sm3Tree, type TreeHashing } from './tree-hashing.ts'

/** One set of algorithms: a digest, the tree over it, and the signature that goes with them unless a key says other. */
export interface Suite extends SignatureScheme {
  readonly name: 'international' | 'guomi'
  digest(data: string | Uint8Array): Buffer
  readonly hashing: TreeHashing
}
export type SuiteName = Suite['name']

/** SHA-256 and Ed25519 (RFC 8032): what the world's tools read. */
export const international: Suite = { ...ed25519, name: 'international', digest: sha256, hashing: sha256Tree }

/** 国密: SM3 (GB/T 32905) and SM2 (GB/T 32918), for the assessment of commercial cryptography (密评). */
export const guomi: Suite = { ...sm2, name: 'guomi', digest: sm3, hashing: sm3Tree }

export const suites: Readonly<Record<SuiteName, Suite>> = { international, guomi }
