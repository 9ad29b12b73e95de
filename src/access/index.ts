export type { AccessDesk } from './desk.ts'
export { AccessFailure } from './errors.ts'
export { type ExplainedUse, type ExplainUse, explainUse } from './explain-use.ts'
export { type ListedPatients, listPatients, type PatientListUse, type Standing } from './list-patients.ts'
export { type OpenRequest, openRecord } from './open-record.ts'
export { readHistory } from './read-history.ts'
export { type ReadTrace, readTrace, type TraceUse } from './read-trace.ts'
export {
  type ChangedQuestion,
  type KeptQuestion,
  type ListedQuestions,
  openSavedQuestions,
  type SavedQuestions,
} from './saved-trace-questions.ts'
export { searchRecords } from './search-records.ts'
export { aboutRecord, aboutTrace, draftOf } from './trace-drafts.ts'
export {
  csvHead,
  csvLine,
  type ExportDesk,
  type ExportedTrace,
  type ExportedUse,
  type ExportProgress,
  type ExportRun,
  type ExportTraceUse,
  exportedUse,
  exportTrace,
  formatWords,
  type KeptExport,
  type KeptExports,
  logKeys,
  namesFrom,
  openKeptExports,
  type ProofSource,
  proofsOfTrees,
  questionWords,
  reasonWords,
  termWords,
  traceWords,
} from './trace-export/index.ts'
export type {
  AbsentRecord,
  FoundRecords,
  HistoryUse,
  HistoryVersion,
  OpenedRecord,
  ReadHistory,
  RefusedUse,
  ReleasedRecord,
  RequestedChange,
  SearchedRecords,
  SearchUse,
  UseContext,
  WriteTogetherUse,
  WriteUse,
  WrittenRecord,
  WrittenTogether,
} from './use.ts'
export { writeRecord, writeTogether } from './write-record.ts'
