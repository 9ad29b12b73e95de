export {
  type Entry,
  type EntryActor,
  type EntryDraft,
  type EntryKind,
  type EntryRecord,
  entryKinds,
  type Outcome,
  type Receipt,
} from './entry.ts'
export { LedgerFailure, type LedgerFailureCode } from './errors.ts'
export type {
  Committed,
  Ledger,
  PermitDraft,
  RecordedPermit,
  RecordWithinOptions,
  Superseded,
} from './ledger.ts'
export { type LedgerOptions, openLedger } from './open-ledger.ts'
