import { CryptoFailure, openNote, parseCheckpoint } from '../crypto/index.ts'
import type { Clock, Database, Log } from '../kernel/index.ts'
import type { Ledger, PublishedCheckpoint } from '../ledger/index.ts'
import type { OwnLog } from './own-log.ts'

/** A witness holds another history of our log than we do: somebody rewrote ours, restored an old one, or signed two. */
export interface Contradiction {
  readonly problem: 'fork' | 'rollback'
  readonly witness: string
  readonly own: PublishedCheckpoint
  readonly witnessSize: number
  /** The checkpoint it holds, where it showed one. */
  readonly evidence?: string
}

export interface ContradictionDesk {
  readonly database: Database
  readonly ledger: Ledger
  readonly clock: Clock
  readonly log: Log
}

/**
 * Raises the alarm once for each contradiction: a `system` entry and a row in one transaction, and a line in the log
 * each time. The entry goes into the history that is doubted; it is the other history that proves it.
 */
export async function tellContradiction(found: Contradiction, ownLog: OwnLog, desk: ContradictionDesk): Promise<void> {
  const { problem, witness, own, witnessSize, evidence } = found
  const confirmed = evidence !== undefined && isOurOwn(evidence, ownLog)
  const detail = { problem, origin: ownLog.origin, witness, ownSize: own.size, witnessSize, confirmed }
  desk.log.fatal(detail, 'a witness holds another history of this ledger than this database: look at it now')
  await desk.database.transaction(async (tx) => {
    // One at a time, so that the entry and its row agree however many processes see it at once.
    await tx.query('select pg_advisory_xact_lock($1)', [contradictionLock])
    const known = await tx.query(
      'select 1 from ledger_contradiction where problem = $1 and origin = $2 and witness = $3 and witness_size = $4',
      [problem, ownLog.origin, witness, witnessSize],
    )
    if (known.length > 0) return
    const [{ size: sequence } = { size: 0 }] = await tx.query<{ size: number }>(
      'select size from ledger_head for update',
    )
    await tx.query(
      `insert into ledger_contradiction
         (found_at, problem, origin, witness, own_size, own_root, witness_size, evidence, confirmed, sequence)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        new Date(desk.clock.now()),
        problem,
        ownLog.origin,
        witness,
        own.size,
        own.root,
        witnessSize,
        evidence,
        confirmed,
        sequence,
      ],
    )
    await desk.ledger.recordWithin(tx, [
      { kind: 'system', outcome: 12, detail: { event: 'history-contradicted', ...detail } },
    ])
  })
}

const contradictionLock = 0x43_57_43_4f

/** Signed by one of our keys, it is more than the witness's word. */
function isOurOwn(evidence: string, { origin, verifiers }: OwnLog): boolean {
  try {
    return parseCheckpoint(openNote(evidence, verifiers).text).origin === origin
  } catch (error) {
    if (error instanceof CryptoFailure) return false
    throw error
  }
}
