export { accountable } from './accountable-store.ts'
export { type CareStatement, careOf } from './care.ts'
export { careOfPatients } from './care-classes.ts'
export { confinementOf } from './confinement.ts'
export { RecordsFailure } from './errors.ts'
export { type Belonging, belongingOf, patientOf } from './facts.ts'
export type { FhirResource, StoredRecord } from './fhir.ts'
export { parseTimeSpan, type TimeSpan } from './fhir-date.ts'
export type { FileReport, ImportDesk, ImportRefusal } from './import-file.ts'
export { type ImportOptions, type ImportReport, importFiles } from './import-files.ts'
export { type LoadOptions, type LoadReport, loadRecords, settleStatistics } from './load-records.ts'
export { openRecordStore, type RecordStoreOptions } from './open-record-store.ts'
export { largestCount, type ParseOptions, parseSearch } from './parse-search.ts'
export { newRecordId } from './record-id.ts'
export type {
  Authorship,
  HistoryPage,
  HistoryResult,
  PermittedChange,
  RecordChange,
  RecordStore,
  TogetherOutcome,
  WriteOutcome,
} from './record-store.ts'
export { rewriteReferences } from './references.ts'
export type { SearchInclude, SearchOutcome, SearchParameterUse, SearchPlan, SearchQuery, SearchRow } from './search.ts'
export {
  isResourceType,
  patientTypes,
  resourceTypes,
  type SearchParameter,
  type SearchParameterType,
  searchParametersOf,
} from './search-parameters.ts'
export { structureIssues } from './structure.ts'
export { type SummaryElements, summaryElementsOf } from './summary-elements.ts'
export { followUpstreamCare, type UpstreamCare, type UpstreamCareOptions } from './upstream-care.ts'
export { UpstreamFailure } from './upstream-errors.ts'
export { openUpstreamStore, type UpstreamStoreOptions } from './upstream-store.ts'
export { openValidator, type Validator } from './validator.ts'
