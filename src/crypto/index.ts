export { canonicalJson } from './canonical-json.ts'
export { type Checkpoint, checkpointText, parseCheckpoint } from './checkpoint.ts'
export {
  type Cosignature,
  type CosignatureVerifier,
  type Cosigner,
  cosigner,
  parseCosignatureKey,
  readCosignatures,
  withCosignatures,
} from './cosignature.ts'
export { digestSizeBytes, sha256, sha256Hex } from './digest.ts'
export { CryptoFailure, type CryptoFailureCode } from './errors.ts'
export { openKeyFile } from './key-file.ts'
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
export {
  decodeBase64,
  type NoteSigner,
  type NoteVerifier,
  noteSigner,
  type OpenedNote,
  openNote,
  parseVerifierKey,
  signNote,
  splitNote,
} from './signed-note.ts'
export { international, type Suite } from './suite.ts'
export {
  hashesAtLevel,
  parseTilePath,
  subtreeInTile,
  type TileAddress,
  tilePath,
  tileWidth,
} from './tile.ts'
export {
  type PolicyLog,
  type PolicyWitness,
  parseWitnessPolicy,
  verifyCosignatures,
  type WitnessedCheckpoint,
  type WitnessPolicy,
} from './witness-policy.ts'
