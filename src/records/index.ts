export type { FhirResource, StoredRecord } from './fhir.ts'
export type { Authorship, HistoryPage, HistoryResult, RecordChange, RecordStore, WriteOutcome } from './record-store.ts'
export type { SearchInclude, SearchOutcome, SearchParameterUse, SearchPlan, SearchQuery, SearchRow } from './search.ts'
