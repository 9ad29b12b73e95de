import { Failure } from '../kernel/index.ts'

export type CryptoFailureCode =
  /** The value has no canonical JSON. */
  | 'not-canonical'
  /** A note, key or checkpoint does not follow its format. */
  | 'malformed'
  /** A signature by a known key does not verify, or none of the wanted keys has signed. */
  | 'not-verified'
  /** A key file is missing its key, or others may read it. */
  | 'key-file-unsafe'
  /** Whoever holds the key did not sign in time. Nothing anyone has seen was signed; it may be tried again. */
  | 'key-unavailable'
  /** Whoever holds the key answered what is not a signature by it. */
  | 'key-answer-wrong'
  /** The driver for PKCS #11, or the module it should load, is not there. */
  | 'key-module-missing'
  /** The token has no such key, or several. */
  | 'key-not-found'
export class CryptoFailure extends Failure<CryptoFailureCode> {}
