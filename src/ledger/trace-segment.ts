import type { Transaction } from '../kernel/index.ts'
import {
  type Block,
  blockWriter,
  readTerms,
  segmentLevel,
  segmentSize,
  stretchesPerSegment,
  stretchLevel,
  stretchSize,
  unpackPlaces,
} from './trace-block.ts'

/**
 * The blocks of a full segment's stretches become those of the segment: a question looks at one row for each 262,144
 * entries, however long the ledger is.
 */
export async function mergeSegment(tx: Transaction, segment: number): Promise<void> {
  const first = segment * stretchesPerSegment
  const last = first + stretchesPerSegment - 1
  for (let bucket = 0; bucket < 1 << stretchLevel.bucketBits; bucket++) {
    const rows = await tx.query<{ unit: number; terms: Buffer }>(
      {
        name: 'trace_stretches_of_bucket',
        text: 'select unit, terms from trace_block where level = 0 and bucket = $1 and unit between $2 and $3 order by unit',
      },
      [bucket, first, last],
    )
    await insertBlocks(tx, { level: 1, unit: segment, blocks: mergedBlocks(rows, first) })
  }
  await tx.query(
    { name: 'trace_forget_stretches', text: 'delete from trace_block where level = 0 and unit between $1 and $2' },
    [first, last],
  )
}

export async function insertBlocks(
  tx: Transaction,
  { level, unit, blocks }: { readonly level: 0 | 1; readonly unit: number; readonly blocks: readonly Block[] },
): Promise<void> {
  await tx.query(
    {
      name: 'trace_insert_blocks',
      text: `insert into trace_block (level, unit, bucket, terms)
             select $1, $2, b.bucket, b.terms from unnest($3::smallint[], $4::bytea[]) as b (bucket, terms)`,
    },
    [level, unit, blocks.map((block) => block.bucket), blocks.map((block) => block.terms)],
  )
}

/** The stretches stand in order, so the places of a term do too, one stretch after the other. */
function mergedBlocks(
  rows: readonly { readonly unit: number; readonly terms: Buffer }[],
  firstUnit: number,
): readonly Block[] {
  const byHash = new Map<number, { readonly unit: number; readonly places: Uint8Array }[]>()
  for (const { unit, terms } of rows) {
    readTerms(terms, (hash, places) => {
      const known = byHash.get(hash)
      if (known === undefined) byHash.set(hash, [{ unit, places }])
      else known.push({ unit, places })
    })
  }
  const writer = blockWriter(segmentLevel)
  const into = new Uint32Array(segmentSize)
  for (const hash of Float64Array.from(byHash.keys()).sort()) {
    let at = 0
    for (const { unit, places } of byHash.get(hash)!) {
      at = unpackPlaces(places, stretchLevel, { into, at, base: (unit - firstUnit) * stretchSize })
    }
    writer.term(hash, into.subarray(0, at))
  }
  return writer.done()
}
