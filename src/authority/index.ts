export { type Classification, categoriesOf, classify, type LabelledPart, type Surroundings } from './classify.ts'
export type {
  Decision,
  DecisionRequest,
  Denied,
  Ground,
  Obligation,
  Permitted,
  PolicyCitation,
  RecordFacts,
  RefusalCode,
} from './decision.ts'
export {
  type RecordCategory,
  type RecordLabel,
  recordCategories,
  type SensitiveKind,
  securityOf,
  sensitiveKinds,
} from './label.ts'
export type { ListFilter, NarrowRequest } from './list-filter.ts'
