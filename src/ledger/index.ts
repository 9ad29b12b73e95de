export type { ArchivedEntries, ArchivedEntry } from './archived-entries.ts'
export {
  type Entry,
  type EntryActor,
  type EntryDraft,
  type EntryKind,
  type EntryRecord,
  entryKinds,
  type Outcome,
  type Receipt,
  receiptName,
} from './entry.ts'
export { LedgerFailure, type LedgerFailureCode } from './errors.ts'
export { guomiOrigin } from './integrate.ts'
export { type JournalPartition, journalPartitions, monthOf, turnMonth } from './journal-partition.ts'
export type {
  Committed,
  Ledger,
  PermitDraft,
  RecordedPermit,
  RecordWithinOptions,
  Superseded,
} from './ledger.ts'
export { type LedgerOptions, openLedger } from './open-ledger.ts'
export { parseEntry } from './parse-entry.ts'
export { type ProjectionState, projectionState } from './project.ts'
export { openSignedMemory, type SignedMemory, type SignedTree } from './signed-memory.ts'
export { loadTiles, perfectRoot, type StoredTile, subtreesOf } from './tile-store.ts'
export { openTrace, type Trace, type TracePage, type TracePaging } from './trace.ts'
export type { TraceRow } from './trace-row.ts'
export { type InclusionProof, openTree, type PublishedCheckpoint, type Tree } from './tree.ts'
export { firstTraceDifference } from './verify-trace.ts'
export { type LedgerWorkers, type LedgerWorkersOptions, startLedgerWorkers, type WorkerState } from './workers.ts'
