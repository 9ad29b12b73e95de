import { type Checkpoint, parseCheckpoint } from './checkpoint.ts'
import { type Cosignature, type CosignatureVerifier, parseCosignatureKey, readCosignatures } from './cosignature.ts'
import { CryptoFailure } from './errors.ts'
import { type NoteVerifier, openNote, parseVerifierKey, splitNote } from './signed-note.ts'

/**
 * C2SP tlog-policy (https://c2sp.org/tlog-policy): which logs and which witnesses someone trusts, and how many of the
 * witnesses must have cosigned before a checkpoint counts. The policy is the reader's own; nothing in a proof adds to it.
 */
export interface WitnessPolicy {
  readonly logs: readonly PolicyLog[]
  readonly witnesses: readonly PolicyWitness[]
  /** Name of the witness or group that decides, or `none`. */
  readonly quorum: string
  /** @param names policy names of the witnesses that have cosigned. */
  isMetBy(names: ReadonlySet<string>): boolean
}

export interface PolicyLog {
  /** The checkpoint's origin is the name of its key. */
  readonly verifier: NoteVerifier
  readonly verifierKey: string
  readonly url?: string
}

export interface PolicyWitness {
  /** Its name within the policy. */
  readonly name: string
  readonly verifier: CosignatureVerifier
  readonly verifierKey: string
  /** Submission prefix (C2SP tlog-witness). */
  readonly url?: string
}

type Rule = (names: ReadonlySet<string>) => boolean

/** @throws {CryptoFailure} `malformed`, naming the line. */
export function parseWitnessPolicy(text: string): WitnessPolicy {
  const logs: PolicyLog[] = []
  const witnesses: PolicyWitness[] = []
  const rules = new Map<string, Rule>()
  const grouped = new Set<string>()
  let quorum: string | undefined
  const define = (name: string, rule: Rule) => {
    if (name === 'none' || rules.has(name)) throw wrong(`the name ${name} is taken`)
    rules.set(name, rule)
  }

  const read = (items: readonly string[]): void => {
    const [word, ...rest] = items
    switch (word) {
      case 'log': {
        const log = readLog(rest)
        if (logs.some((each) => keyOf(each) === keyOf(log))) throw wrong('this log key stands here twice')
        logs.push(log)
        return
      }
      case 'witness': {
        const witness = readWitness(rest)
        if (witnesses.some((each) => each.verifier.publicKey.equals(witness.verifier.publicKey))) {
          throw wrong('this witness key stands here twice')
        }
        define(witness.name, (names) => names.has(witness.name))
        witnesses.push(witness)
        return
      }
      case 'group': {
        const [name, threshold, ...members] = rest
        if (name === undefined) throw wrong('a group has a name')
        define(name, groupRule(threshold, members, rules, grouped))
        return
      }
      case 'quorum': {
        const [name, ...more] = rest
        if (name === undefined || more.length > 0) throw wrong('a quorum is one name')
        if (quorum !== undefined) throw wrong('there is one quorum line')
        if (name !== 'none' && !rules.has(name)) throw wrong(`${name} is not defined above`)
        quorum = name
        return
      }
      default:
        throw wrong(`unknown word ${word}`)
    }
  }

  for (const [i, line] of text.split('\n').entries()) {
    const items = line.split(/[ \t]+/).filter((item) => item !== '')
    if (items.length === 0 || items[0]!.startsWith('#')) continue
    try {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the format forbids exactly these.
      if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(line)) throw wrong('a control character')
      read(items)
    } catch (cause) {
      if (!(cause instanceof CryptoFailure)) throw cause
      throw new CryptoFailure('malformed', `witness policy, line ${i + 1}: ${cause.message}`, { cause })
    }
  }
  if (quorum === undefined) throw wrong('witness policy: there is no quorum line')
  const rule = rules.get(quorum) ?? (() => true)
  return { logs, witnesses, quorum, isMetBy: (names) => rule(names) }
}

/** What a signed checkpoint is worth under a policy. */
export interface WitnessedCheckpoint {
  readonly checkpoint: Checkpoint
  /** What was signed. */
  readonly text: string
  readonly cosignatures: readonly (Cosignature & { readonly witness: string })[]
  readonly quorumIsMet: boolean
  /** POSIX seconds at which the cosignatures first met the quorum; absent where none is needed or it is not met. */
  readonly witnessedAtSeconds?: number
}

/**
 * Checks the log's signature and every cosignature that the policy knows. Everything in `note` is the sender's.
 * @param logs whom to take as the log where the policy names none.
 * @throws {CryptoFailure} `malformed`; `not-verified` when no trusted log signed it under its own origin, or a
 * signature of a known key is wrong. A quorum that is not met is no failure: it is told.
 */
export function verifyCosignatures(
  note: string,
  policy: WitnessPolicy,
  logs: readonly NoteVerifier[] = policy.logs.map((log) => log.verifier),
): WitnessedCheckpoint {
  const { text, verifiedBy } = openNote(note, logs)
  const checkpoint = parseCheckpoint(text)
  if (!verifiedBy.includes(checkpoint.origin)) {
    throw new CryptoFailure('not-verified', `the checkpoint of ${checkpoint.origin} is signed by ${verifiedBy.join()}`)
  }
  const { lines } = splitNote(note)
  const cosignatures = policy.witnesses
    .flatMap((witness) =>
      readCosignatures(text, lines, [witness.verifier]).map((cosignature) => ({
        ...cosignature,
        witness: witness.name,
      })),
    )
    .sort((a, b) => a.timeSeconds - b.timeSeconds)

  const names = new Set<string>()
  const decisive = policy.isMetBy(names)
    ? undefined
    : cosignatures.find(({ witness }) => policy.isMetBy(names.add(witness)))
  return {
    checkpoint,
    text,
    cosignatures,
    quorumIsMet: policy.isMetBy(new Set(cosignatures.map(({ witness }) => witness))),
    ...(decisive && { witnessedAtSeconds: decisive.timeSeconds }),
  }
}

function readLog([verifierKey, url, ...more]: readonly string[]): PolicyLog {
  if (verifierKey === undefined || more.length > 0) throw wrong('a log is a vkey and perhaps a URL')
  return { verifierKey, verifier: parseVerifierKey(verifierKey), ...urlOf(url) }
}

function readWitness([name, verifierKey, url, ...more]: readonly string[]): PolicyWitness {
  if (name === undefined || verifierKey === undefined || more.length > 0) {
    throw wrong('a witness is a name, a vkey and perhaps a URL')
  }
  return { name, verifierKey, verifier: parseCosignatureKey(verifierKey), ...urlOf(url) }
}

function urlOf(url: string | undefined): { readonly url?: string } {
  if (url === undefined) return {}
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw wrong(`${url} is not an address`)
  return { url: url.replace(/\/+$/, '') }
}

/** Each name is a member once in the whole policy, so that no witness counts twice. */
function groupRule(
  threshold: string | undefined,
  members: readonly string[],
  rules: ReadonlyMap<string, Rule>,
  grouped: Set<string>,
): Rule {
  if (members.length === 0) throw wrong('a group has members')
  const memberRules = members.map((member) => {
    const rule = rules.get(member)
    if (!rule) throw wrong(`${member} is not defined above`)
    if (grouped.has(member)) throw wrong(`${member} is in a group already`)
    grouped.add(member)
    return rule
  })
  const needed = neededOf(threshold, members.length)
  return (names) => memberRules.filter((rule) => rule(names)).length >= needed
}

function neededOf(threshold: string | undefined, count: number): number {
  if (threshold === 'any') return 1
  if (threshold === 'all') return count
  const needed = /^[1-9][0-9]*$/.test(threshold ?? '') ? Number(threshold) : 0
  if (needed < 1 || needed > count) throw wrong(`${threshold} of ${count} is not a threshold`)
  return needed
}

/** The key itself, without the name it is given. */
const keyOf = ({ verifierKey }: PolicyLog) => verifierKey.split('+').slice(2).join('+')

function wrong(message: string): CryptoFailure {
  return new CryptoFailure('malformed', message)
}
