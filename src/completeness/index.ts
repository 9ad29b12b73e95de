export { type Counted, type Counters, openCounters, type ReceiptOnAnswer } from './counters.ts'
export { endSuperseded } from './end-superseded.ts'
export { type Finding, type GapCounter, type GapDesk, gapCounters, type OpenGap, openGaps, tellGap } from './gap.ts'
export { metered } from './metered-database.ts'
export {
  type Completeness,
  type CompletenessOptions,
  type CompletenessState,
  openCompleteness,
} from './open-completeness.ts'
export { type StatedSettings, stateSettings } from './state-settings.ts'
