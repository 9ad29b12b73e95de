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
export class CryptoFailure extends Failure<CryptoFailureCode> {}
