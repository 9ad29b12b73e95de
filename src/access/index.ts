export type {
  AbsentRecord,
  FoundRecords,
  OpenedRecord,
  RefusedUse,
  ReleasedRecord,
  SearchedRecords,
  SearchUse,
  UseContext,
  WrittenRecord,
} from './use.ts'
