import type { UseProof } from '../../contract/index.ts'

/**
 * `holds`: these bytes are a leaf under the root of the checkpoint, computed here in the browser. `broken`: they are
 * not. `waiting`: no checkpoint covers the entry yet. `not-here`: this browser may not compute hashes (the page came
 * over plain http), so nothing is claimed.
 *
 * Whose checkpoint it is, is not examined here: that is for the verifier and the witnesses, who hold the keys.
 */
export type Verdict = 'holds' | 'broken' | 'waiting' | 'not-here'

type Proof = Pick<UseProof, 'entry' | 'leafHash' | 'proof'> & { readonly use: { readonly sequence: number } }

/** RFC 6962 §2.1 leaf hash of the entry's bytes, then RFC 9162 §2.1.3.2, then the root as the checkpoint states it. */
export async function verifyEntry({ entry, leafHash, proof, use }: Proof): Promise<Verdict> {
  if (!globalThis.crypto?.subtle) return 'not-here'
  const leaf = await hashOf(0, new TextEncoder().encode(entry))
  if (toHex(leaf) !== leafHash) return 'broken'
  if (!proof) return 'waiting'
  const root = await rootFrom(use.sequence, proof.treeSize, leaf, proof.path.map(fromHex))
  const stated = checkpointOf(proof.checkpoint)
  const agrees = root !== undefined && toHex(root) === proof.rootHash
  return agrees && stated.size === proof.treeSize && stated.root === proof.rootHash ? 'holds' : 'broken'
}

async function rootFrom(
  index: number,
  size: number,
  leaf: Uint8Array,
  path: readonly Uint8Array[],
): Promise<Uint8Array | undefined> {
  if (index >= size) return undefined
  let first = index
  let last = size - 1
  let hash = leaf
  for (const sibling of path) {
    if (last === 0) return undefined
    if (first % 2 === 1 || first === last) {
      hash = await hashOf(1, sibling, hash)
      while (first % 2 === 0 && first !== 0) {
        first = Math.floor(first / 2)
        last = Math.floor(last / 2)
      }
    } else {
      hash = await hashOf(1, hash, sibling)
    }
    first = Math.floor(first / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 ? hash : undefined
}

/** C2SP tlog-checkpoint: origin, size, root in base64, one a line. */
function checkpointOf(note: string): { readonly size: number; readonly root: string } {
  const [, size = '', root = ''] = note.split('\n')
  return { size: Number(size), root: toHex(Uint8Array.from(atob(root), (character) => character.charCodeAt(0))) }
}

async function hashOf(prefix: number, ...parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const bytes = new Uint8Array([prefix, ...parts.flatMap((part) => [...part])])
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

const toHex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
const fromHex = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
