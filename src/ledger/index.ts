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
export type { Committed, Ledger, RecordedPermit, Superseded } from './ledger.ts'
