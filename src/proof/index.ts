export {
  answerOf,
  buildPackage,
  type PackageLeaf,
  type PackageRequest,
  type PackageTree,
} from './build-package.ts'
export { type Crew, openCrew, soloCrew } from './crew.ts'
export { openDatabaseEvidence } from './database-evidence.ts'
export { ProofFailure, type ProofFailureCode } from './errors.ts'
export type { Evidence } from './evidence.ts'
export { type Finding, type Problem, problems, type VerdictName, verdictNames } from './finding.ts'
export { findingWords } from './finding-words.ts'
export { folderPaths } from './folder-paths.ts'
export {
  type Answer,
  answerSchema,
  type ExportPackage,
  type OpenedEntry,
  packageFormat,
  packageSchema,
  parsePackage,
  type WithheldEntry,
} from './package.ts'
export { cannotBeRead, exitCodeOf, reportText, runVerify, type VerifyRequest } from './run-verify.ts'
export { reportJson, tellReport } from './tell-report.ts'
export type { TileReader } from './tile-hashes.ts'
export { openTiledEvidence, type ReadPath } from './tiled-evidence.ts'
export { parseTlogProof, type TlogProof, writeTlogProof } from './tlog-proof.ts'
export { type Report, type Verdict, verdictOf, type Words } from './verdict.ts'
export { type VerifyDatabaseOptions, verifyDatabase } from './verify-database.ts'
export { type Held, type Trust, type VerifyOptions, verifyEvidence } from './verify-evidence.ts'
export { type PackageOptions, verifyPackage } from './verify-package.ts'
