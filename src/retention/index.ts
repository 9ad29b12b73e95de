export { archiveFolders, archiveVariable } from './archive-folders.ts'
export {
  type Archived,
  type ArchivingOptions,
  archivable,
  archivePartitions,
  type Candidate,
  type StaysBecause,
} from './archive-partition.ts'
export { type CheckedVolume, checkVolume, type VolumeCheck } from './check-volume.ts'
export { requireTrustedClock } from './clock-agreement.ts'
export { RetentionFailure, type RetentionFailureCode } from './errors.ts'
export { type Expired, type ExpiringOptions, expireBodies } from './expire.ts'
export {
  type CareOfPatients,
  type ExpirySources,
  noHolds,
  planExpiry,
  type RetentionHolds,
  type VolumePlan,
} from './expiry-plan.ts'
export { type ArchiveOptions, openArchive } from './open-archive.ts'
export { type Operator, operatorHere } from './operator.ts'
export { type CareClass, careClasses, floorMonths, periodSources, type RetentionPeriod } from './period.ts'
export { readPeriods, setPeriod } from './period-store.ts'
export type { PatientCare } from './subject.ts'
export { type MonthTurningOptions, startTurningMonths } from './turn-months.ts'
export { locateVolume, type RegisteredVolume, registeredVolumes } from './volume-registry.ts'
