import { followSuccessions, type KeyReign, type NoteSigner, openNote, signSuccession } from '../crypto/index.ts'
import type { Database, Queryable } from '../kernel/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { AnchoringFailure } from './errors.ts'
import type { OwnLog } from './own-log.ts'

/** The ledger's integration takes this lock: while it is ours, no checkpoint is signed. */
const integrationLock = 0x43_57_4c_54

export interface KeyRotation {
  readonly database: Database
  readonly ledger: Ledger
  readonly ownLog: OwnLog
  readonly from: NoteSigner
  readonly to: NoteSigner
}

/**
 * Hands a log over from the key that reigns to another: a statement signed by both, bound to the newest checkpoint, kept
 * and recorded as an `anchor` entry in one transaction. From its commit on the database takes no checkpoint that the new
 * key has not signed; larger checkpoints count under the new key only. Whoever trusts the old key can follow.
 * @returns the statement, to be given to witnesses and verifiers.
 * @throws {AnchoringFailure} `rotation-refused`; {CryptoFailure} when either key does not sign.
 */
export async function rotateKey({ database, ledger, ownLog, from, to }: KeyRotation): Promise<string> {
  const { origin } = ownLog
  if (from.name !== origin || to.name !== origin) throw refused(`both keys bear the name ${origin}`)
  return await database.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [integrationLock])
    const notes = await successionsOf(tx, origin)
    const newest = await ownLog.newest()
    if (!newest) throw refused('there is no checkpoint yet')
    const reigns = reignsOf(origin, notes)
    const reigning = reigns.at(-1)?.verifierKey
    if (reigning !== undefined && reigning !== from.verifierKey) throw refused(`the key that reigns is ${reigning}`)
    if (from.verifierKey === to.verifierKey || reigns.some(({ verifierKey }) => verifierKey === to.verifierKey)) {
      throw refused('this key has reigned before')
    }
    requireSignature(newest.note, ownLog)
    const note = await signSuccession({ log: origin, size: newest.size, root: newest.root }, { from, to })
    const [{ size: sequence } = { size: 0 }] = await tx.query<{ size: number }>(
      'select size from ledger_head for update',
    )
    await tx.query(
      'insert into ledger_succession (origin, number, note, key_id, sequence) values ($1, $2, $3, $4, $5)',
      [origin, notes.length, note, to.keyId.toString(16).padStart(8, '0'), sequence],
    )
    await ledger.recordWithin(tx, [
      { kind: 'anchor', outcome: 0, detail: { event: 'key-succession', origin, size: newest.size, statement: note } },
    ])
    return note
  })
}

/** Statements of succession of a log, oldest first. */
export async function successionsOf(from: Queryable, origin: string): Promise<readonly string[]> {
  const rows = await from.query<{ note: string }>(
    'select note from ledger_succession where origin = $1 order by number',
    [origin],
  )
  return rows.map((row) => row.note)
}

/** Every key of the log in order, from statements that were kept; empty where no key has handed over yet. */
export function reignsOf(origin: string, notes: readonly string[]): readonly KeyReign[] {
  return notes.length === 0 ? [] : followSuccessions(origin, firstKeyOf(notes), notes)
}

/** @throws {AnchoringFailure} `key-does-not-reign` for a signer whose checkpoints the database would refuse. */
export function requireReigning(notes: readonly string[], signer: NoteSigner): void {
  const reigning = reignsOf(signer.name, notes).at(-1)
  if (reigning === undefined || reigning.verifierKey === signer.verifierKey) return
  throw new AnchoringFailure(
    'key-does-not-reign',
    `the key that is configured for ${signer.name} handed over; ${reigning.verifierKey} reigns now`,
  )
}

function firstKeyOf(notes: readonly string[]): string {
  const [, first] = /^from (\S+)$/m.exec(notes[0]!) ?? []
  if (first === undefined) throw refused('a statement of succession that is kept here is not one')
  return first
}

/** What a new key takes over is what the old one signed, not what stands in a table. */
function requireSignature(note: string, { verifiers }: OwnLog): void {
  openNote(note, verifiers)
}

function refused(message: string): AnchoringFailure {
  return new AnchoringFailure('rotation-refused', message)
}
