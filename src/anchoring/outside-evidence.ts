import type { SuiteName, TileAddress } from '../crypto/index.ts'
import type { Database } from '../kernel/index.ts'
import type { PublishedCheckpoint } from '../ledger/index.ts'
import type { CosignatureStore } from './cosignature-store.ts'
import type { OwnLog } from './own-log.ts'
import { successionsOf } from './rotate-key.ts'
import type { WitnessClient } from './witness-client.ts'

/** A checkpoint with all that stands outside for it. */
export interface AnchoredNote {
  readonly suite: SuiteName
  /** With its cosignature lines. */
  readonly note: string
  /** RFC 3161 tokens over it, DER. */
  readonly timestamps: readonly Uint8Array[]
}

/** A log as a proof is made from it. */
export interface ProvingLog extends AnchoredNote {
  tile(address: TileAddress): Promise<Buffer | undefined>
}

export interface OutsideEvidence {
  /**
   * The logs at checkpoints of one size that cover `size` entries: what the witnesses confirmed; after `patienceMs`, for
   * they may be away, what there is. Undefined until then: ask again.
   */
  proofs(size: number): Promise<readonly ProvingLog[] | undefined>
  /** The first stamped checkpoint of each log that covers `covering` entries and less than `below`, and who signed when. */
  evidence(range: { readonly covering: number; readonly below: number }): Promise<{
    readonly anchors: readonly AnchoredNote[]
    readonly succession: readonly string[]
  }>
}

export function openOutsideEvidence(parts: {
  readonly database: Database
  readonly logs: readonly { readonly suite: SuiteName; readonly ownLog: OwnLog }[]
  readonly witnesses: WitnessClient
  readonly store: CosignatureStore
  readonly patienceMs?: number
}): OutsideEvidence {
  const { database, logs, witnesses, store, patienceMs = 10_000 } = parts
  const main = logs[0]!.ownLog

  const anchored = async (suite: SuiteName, ownLog: OwnLog, checkpoint: PublishedCheckpoint): Promise<AnchoredNote> => {
    const rows = await database.query<{ token: Buffer }>(
      'select token from ledger_timestamp where origin = $1 and size = $2 order by id',
      [ownLog.origin, checkpoint.size],
    )
    const { note } = await witnesses.cosigned(checkpoint, ownLog)
    return { suite, note, timestamps: rows.map((row) => row.token) }
  }

  /** The size to prove at: the witnessed one where it reaches, else the newest once patience has run out. */
  const provingSize = async (size: number): Promise<number | undefined> => {
    const newest = (await main.newest())?.size ?? 0
    if (newest < size) return undefined
    if (!witnesses.asksWitnesses) return newest
    const witnessed = await store.witnessed(main.origin)
    if (witnessed && witnessed.size >= size && witnessed.size <= newest) return witnessed.size
    return (await witnesses.lag()).lagSeconds * 1000 > patienceMs ? newest : undefined
  }

  return {
    async proofs(size) {
      const proving = await provingSize(size)
      if (proving === undefined) return undefined
      const found = await Promise.all(
        logs.map(async ({ suite, ownLog }) => {
          const checkpoint = await ownLog.at(proving)
          return checkpoint && { ...(await anchored(suite, ownLog, checkpoint)), tile: ownLog.tile }
        }),
      )
      return found.every((each) => each !== undefined) ? found : undefined
    },
    async evidence({ covering, below }) {
      const anchors: AnchoredNote[] = []
      const succession: string[] = []
      for (const { suite, ownLog } of logs) {
        succession.push(...(await successionsOf(database, ownLog.origin)))
        const [row] = await database.query<{ size: number }>(
          'select size from ledger_timestamp where origin = $1 and size >= $2 and size < $3 order by size limit 1',
          [ownLog.origin, covering, below],
        )
        const checkpoint = row && (await ownLog.at(row.size))
        if (checkpoint) anchors.push(await anchored(suite, ownLog, checkpoint))
      }
      return { anchors, succession }
    },
  }
}
