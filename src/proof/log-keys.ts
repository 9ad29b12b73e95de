import {
  CryptoFailure,
  followSuccessions,
  type KeyReign,
  type KeySuccession,
  type NoteVerifier,
  parseVerifierKey,
  verifySuccession,
} from '../crypto/index.ts'

/** One key of a log, and whether the reader has confirmed it with its owner. */
export interface LogKey {
  readonly verifierKey: string
  readonly verifier: NoteVerifier
  readonly confirmed: boolean
}

export interface LogKeys {
  /** Keys whose signature counts under a checkpoint of this size; confirmed ones first. */
  at(size: number): readonly LogKey[]
  /** One more statement of succession, as an entry of the log has it; known ones are not taken twice. */
  learn(statement: string): void
  readonly successions: readonly KeySuccession[]
  /** False where a statement of succession is wrong. */
  readonly successionsHold: boolean
}

/**
 * The keys of one log. A key counts as confirmed when the reader confirmed it, or when statements signed by both of
 * their keys connect it with one that the reader confirmed, forwards or back.
 */
export function logKeys(options: {
  readonly origin: string
  readonly confirmed: readonly string[]
  readonly named: readonly string[]
  readonly successions: readonly string[]
}): LogKeys {
  const { origin, confirmed } = options
  const statements = [...options.successions]
  let chain = readChain(origin, statements)
  const alone = () => {
    const inChain = new Set(chain?.reigns.map((reign) => reign.verifierKey))
    return [...new Set([...confirmed, ...options.named])]
      .filter((verifierKey) => !inChain.has(verifierKey))
      .flatMap((verifierKey) => keyOf(verifierKey, confirmed.includes(verifierKey)))
      .filter((key) => key.verifier.name === origin)
  }
  let others = alone()
  return {
    at(size) {
      const isConfirmed = chain?.reigns.some((reign) => confirmed.includes(reign.verifierKey)) ?? false
      const reigning = (chain?.reigns ?? []).filter((reign) => reigns(reign, size))
      return [...reigning.map((reign) => ({ ...reign, confirmed: isConfirmed })), ...others].sort(
        (a, b) => Number(b.confirmed) - Number(a.confirmed),
      )
    },
    learn(statement) {
      if (statements.includes(statement)) return
      statements.push(statement)
      chain = readChain(origin, statements)
      others = alone()
    },
    get successions() {
      return chain?.successions ?? []
    },
    get successionsHold() {
      return chain !== undefined || statements.length === 0
    },
  }
}

/** Of which log a statement of succession speaks, by its second line. */
export const isOfLog = (note: string, origin: string): boolean => note.split('\n')[1] === `log ${origin}`

/** At the size of a succession either key may sign. */
const reigns = ({ above, upTo }: KeyReign, size: number) => size >= above && (upTo === undefined || size <= upTo)

function readChain(origin: string, notes: readonly string[]) {
  if (notes.length === 0) return undefined
  try {
    const successions = notes.map((note) => verifySuccession(note))
    return { successions, reigns: followSuccessions(origin, successions[0]!.from, notes) }
  } catch (error) {
    if (error instanceof CryptoFailure) return undefined
    throw error
  }
}

function keyOf(verifierKey: string, confirmed: boolean): LogKey[] {
  try {
    return [{ verifierKey, verifier: parseVerifierKey(verifierKey), confirmed }]
  } catch (error) {
    if (error instanceof CryptoFailure) return []
    throw error
  }
}
