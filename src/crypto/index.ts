export {
  type ArchiveLink,
  type ArchiveManifest,
  type ArchiveProblem,
  type ArchiveVerdict,
  digestHex,
  linkDigest,
  manifestText,
  readManifest,
  verifyArchive,
} from './archive-timestamp.ts'
export { canonicalJson } from './canonical-json.ts'
export { type Certificate, readPemCertificates } from './certificate-path.ts'
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
export { digestSizeBytes, sha256, sha256Hex, sm3 } from './digest.ts'
export { ecdsaP256 } from './ecdsa-p256.ts'
export { ed25519 } from './ed25519.ts'
export { CryptoFailure, type CryptoFailureCode } from './errors.ts'
export { type KeyAddress, type Pkcs11Address, parseKeyAddress, type ServiceAddress } from './key-address.ts'
export { openKeyFile } from './key-file.ts'
export {
  followSuccessions,
  type KeyReign,
  type KeySuccession,
  reigningAt,
  signSuccession,
  successionText,
  verifySuccession,
} from './key-succession.ts'
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
export { openSigningKey } from './open-signing-key.ts'
export type { SignatureScheme } from './signature-scheme.ts'
export {
  decodeBase64,
  type NoteSigner,
  type NoteVerifier,
  noteSigner,
  type OpenedNote,
  openNote,
  parseSignatureLine,
  parseVerifierKey,
  signNote,
  splitNote,
} from './signed-note.ts'
export { keyNoteSigner, type SigningKey } from './signing-key.ts'
export { sm2 } from './sm2.ts'
export { guomi, international, type Suite, type SuiteName, suites } from './suite.ts'
export {
  hashesAtLevel,
  parseTilePath,
  subtreeInTile,
  type TileAddress,
  tilePath,
  tileWidth,
} from './tile.ts'
export {
  type ImprintAlgorithm,
  type Timestamp,
  type TimestampExpectation,
  type TimestampProblem,
  type TimestampQuestion,
  type TimestampVerdict,
  timestampRequest,
  tokenOfResponse,
  verifyTimestamp,
} from './timestamp.ts'
export { sha256Tree, sm3Tree, type TreeHashing } from './tree-hashing.ts'
export {
  type PolicyLog,
  type PolicyWitness,
  parseWitnessPolicy,
  verifyCosignatures,
  type WitnessedCheckpoint,
  type WitnessPolicy,
} from './witness-policy.ts'
