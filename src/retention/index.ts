export {
  type Archived,
  type ArchivingOptions,
  archivable,
  archivePartitions,
  type Candidate,
  type StaysBecause,
} from './archive-partition.ts'
export { type CheckedVolume, checkVolume, type VolumeCheck } from './check-volume.ts'
export { RetentionFailure, type RetentionFailureCode } from './errors.ts'
export { type ArchiveOptions, openArchive } from './open-archive.ts'
export { type Operator, operatorHere } from './operator.ts'
export { locateVolume, type RegisteredVolume, registeredVolumes } from './volume-registry.ts'
