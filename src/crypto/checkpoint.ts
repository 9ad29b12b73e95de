import { digestSizeBytes } from './digest.ts'
import { CryptoFailure } from './errors.ts'

/** The statement a log signs (https://c2sp.org/tlog-checkpoint): this many entries, under this root. */
export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: Buffer
}

/** The text of a checkpoint, to be signed as a note. No extension lines: witnesses refuse them. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`
}

/** @throws {CryptoFailure} `malformed`. Extension lines are ignored, as the format allows. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin, size, root, ...rest] = text.split('\n')
  const bytes = Buffer.from(root ?? '', 'base64')
  const wellFormed =
    origin !== undefined &&
    origin.length > 0 &&
    size !== undefined &&
    /^(0|[1-9][0-9]*)$/.test(size) &&
    Number.isSafeInteger(Number(size)) &&
    bytes.length === digestSizeBytes &&
    bytes.toString('base64') === root &&
    rest.at(-1) === '' &&
    rest.slice(0, -1).every((line) => line !== '')
  if (!wellFormed) throw new CryptoFailure('malformed', 'not a checkpoint as C2SP tlog-checkpoint defines it')
  return { origin, size: Number(size), root: bytes }
}
