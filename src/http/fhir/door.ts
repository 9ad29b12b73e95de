import {
  type AccessDesk,
  type HistoryUse,
  type OpenedRecord,
  type OpenRequest,
  openRecord,
  type ReadHistory,
  readHistory,
  type SearchedRecords,
  type SearchUse,
  searchRecords,
  type WriteTogetherUse,
  type WriteUse,
  type WrittenRecord,
  type WrittenTogether,
  writeRecord,
  writeTogether,
} from '../../access/index.ts'

/**
 * The one door by which records come in and go out: the functions of `access/`, bound to their desk. The FHIR surface
 * has no other.
 */
export interface RecordDoor {
  open(use: OpenRequest): Promise<OpenedRecord>
  history(use: HistoryUse): Promise<ReadHistory>
  search(use: SearchUse): Promise<SearchedRecords>
  write(use: WriteUse): Promise<WrittenRecord>
  /** All changes in one database transaction; absent where there is none, and `transaction` bundles are refused. */
  writeTogether?(use: WriteTogetherUse): Promise<WrittenTogether>
}

export function openDoor(desk: AccessDesk): RecordDoor {
  return {
    open: (use) => openRecord(use, desk),
    history: (use) => readHistory(use, desk),
    search: (use) => searchRecords(use, desk),
    write: (use) => writeRecord(use, desk),
    ...(desk.records.writeTogether && { writeTogether: (use) => writeTogether(use, desk) }),
  }
}
