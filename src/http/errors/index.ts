export { type FailureRow, failureTable } from './failure-table.ts'
export { answerFrameworkError } from './framework-error.ts'
export type { IssueType } from './issue-type.ts'
export {
  type OperationOutcome,
  type OutcomeIssue,
  outcomeCodeSystem,
  outcomeOf,
  receiptExtension,
  remark,
} from './operation-outcome.ts'
export { problemMediaType, problemOf } from './problem.ts'
export { type RefusalRow, refusalTable } from './refusal-table.ts'
export { type Told, type ToldDetail, tellFailure, tellRefusal } from './told.ts'
export { type Language, languageOf, type Words } from './words.ts'
