import { digestSizeBytes, leafHash, sm3Tree } from '../crypto/index.ts'
import type { Queryable } from '../kernel/index.ts'
import type { ArchivedEntries, ArchivedEntry } from './archived-entries.ts'
import { LedgerFailure } from './errors.ts'

/** The leaf hashes stored beside the entries [from, to), made when each was sealed. */
export async function storedLeaves(tx: Queryable, from: number, to: number): Promise<Buffer> {
  const [row] = await tx.query<{ leaves: Buffer | null }>(
    `select string_agg(leaf_hash, ''::bytea order by sequence) as leaves
     from ledger_entry where sequence >= $1 and sequence < $2`,
    [from, to],
  )
  const leaves = row!.leaves ?? Buffer.alloc(0)
  if (leaves.length !== (to - from) * digestSizeBytes) throw gap(from, to)
  return leaves
}

/** Entries hashed at one go, some milliseconds' work: between two goes this process serves others. */
const chunk = 512

/**
 * Both leaf hashes of the entries [from, to), computed from their bytes, wherever those are kept.
 * @throws {LedgerFailure} `tree-inconsistent` where one is missing.
 */
export async function hashedLeaves(
  tx: Queryable,
  from: number,
  to: number,
  archived?: ArchivedEntries,
): Promise<{ readonly sha256: Buffer; readonly sm3: Buffer }> {
  const sha256 = Buffer.alloc((to - from) * digestSizeBytes)
  const sm3 = Buffer.alloc(sha256.length)
  let at = 0
  for (let start = from; start < to; start += chunk) {
    const end = Math.min(to, start + chunk)
    const rows = await tx.query<{ body: string }>({ name: 'ledger_bodies_to_hash', text: bodies }, [start, end])
    // What a volume holds left the database with its whole partition: it stands before what is left.
    const left = Array.from({ length: end - start - rows.length }, (_, i) => start + i)
    const fromVolumes = left.length > 0 && archived ? await archived.at(left, tx) : []
    for (const entry of [...fromVolumes, ...rows]) {
      const both = leavesOf(entry)
      if (!both) throw gap(start, end)
      both.sha256.copy(sha256, at)
      both.sm3.copy(sm3, at)
      at += digestSizeBytes
    }
  }
  if (at !== sha256.length) throw gap(from, to)
  return { sha256, sm3 }
}

/** Of a text that expired the volume keeps the hashes; those over SHA-256 are held against the signed tree. */
function leavesOf({ body, leafHash: kept, sm3LeafHash }: Partial<ArchivedEntry>) {
  if (body !== undefined) return { sha256: leafHash(body), sm3: sm3Tree.leaf(body) }
  return kept && sm3LeafHash && { sha256: kept, sm3: sm3LeafHash }
}

const bodies = 'select body from ledger_entry where sequence >= $1 and sequence < $2 order by sequence'

function gap(from: number, to: number): LedgerFailure {
  return new LedgerFailure('tree-inconsistent', `the journal has a gap between ${from} and ${to}`)
}
