export {
  type Authority,
  type AuthorityDesk,
  type LivingRelation,
  openAuthority,
  type PatientStanding,
  type SettingArea,
  type StandingRequest,
  settingAreas,
  settingFacts,
  traceFacts,
} from './authority.ts'
export {
  type CareChange,
  type CareKind,
  type CareRelation,
  careKinds,
  loadCare,
  type PatientStay,
  recordCare,
} from './care.ts'
export type { Catalogue, CataloguedPolicy } from './catalogue.ts'
export { loadPolicies, type Policy, type PolicyBundle } from './cedar/bundle.ts'
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
export type { Declaration, Declared } from './declare-use.ts'
export { type DeclaredReason, declaredReasons } from './declared-reason.ts'
export { AuthorityFailure, type AuthorityFailureCode } from './errors.ts'
export { type Explained, type MissingRight, type NextStep, refusalSentences, type Text } from './explain.ts'
export {
  type RecordCategory,
  type RecordLabel,
  recordCategories,
  type SensitiveKind,
  securityOf,
  sensitiveKinds,
} from './label.ts'
export type { ListFilter, NarrowRequest } from './list-filter.ts'
export { putPoliciesInForce } from './policies-in-force.ts'
export type { Prepared } from './prepared.ts'
export { type AuthoritySettings, type CareWindow, defaultSettings } from './settings.ts'
export { type EndedTermsDesk, startTellingEndedTerms, tellEndedTerms } from './tell-ended-terms.ts'
