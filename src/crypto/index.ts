export { canonicalJson } from './canonical-json.ts'
export { digestSizeBytes, sha256, sha256Hex } from './digest.ts'
export { CryptoFailure, type CryptoFailureCode } from './errors.ts'
export {
  consistencyProof,
  emptyFrontier,
  emptyRoot,
  type Frontier,
  inclusionProof,
  leafHash,
  leafHashHex,
  nodeHash,
  rangeHash,
  type SubtreeHash,
} from './merkle.ts'
export {
  type ConsistencyClaim,
  type InclusionClaim,
  verifyConsistency,
  verifyInclusion,
  verifySubtreeConsistency,
  verifySubtreeInclusion,
} from './merkle-verify.ts'
