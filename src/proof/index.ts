export { answerOf, buildPackage, type PackageLeaf, type PackageRequest, type PackageTree } from './build-package.ts'
export { ProofFailure, type ProofFailureCode } from './errors.ts'
export {
  type Answer,
  answerSchema,
  type ExportPackage,
  type OpenedEntry,
  packageFormat,
  packageSchema,
  parsePackage,
  type SuiteName,
  suiteNames,
  type WithheldEntry,
} from './package.ts'
export { parseTlogProof, type TlogProof, writeTlogProof } from './tlog-proof.ts'
