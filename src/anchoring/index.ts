export type { Anchored } from './anchor-round.ts'
export {
  type AnchoringConfiguration,
  anchoringSettings,
  describeAnchoringConfiguration,
  readAnchoringConfiguration,
} from './anchoring-configuration.ts'
export type { TimestampAuthority } from './ask-timestamp.ts'
export type { WitnessStanding } from './cosignature-store.ts'
export { AnchoringFailure, type AnchoringFailureCode } from './errors.ts'
export { type Anchoring, type AnchoringOptions, openAnchoring } from './open-anchoring.ts'
export { openWitness, type RunningWitness, type WitnessOptions } from './open-witness.ts'
export type { AnchoredNote, OutsideEvidence, ProvingLog } from './outside-evidence.ts'
export { type OwnLog, ownLog } from './own-log.ts'
export { entriesDiffer, type Reanchored, readArchive } from './reanchor.ts'
export { type KeyRotation, reignsOf, requireReigning, rotateKey, successionsOf } from './rotate-key.ts'
export { allTimestamps, type StoredTimestamp } from './timestamp-store.ts'
export type { AwaitedWitness, WitnessLag } from './witness-client.ts'
