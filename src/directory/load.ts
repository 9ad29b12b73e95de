import { InvalidInput, type Queryable } from '../kernel/index.ts'
import type { DirectoryBatch, PostEntry, RosterEntry } from './batch.ts'
import { loadSteps, postStep, rosterStep, type Step } from './load-steps.ts'
import { nameSound } from './name-sound.ts'

const rowsPerStatement = 5000

/**
 * Puts a batch into the directory inside the caller's transaction. The caller records it (an `import` or
 * `authority-change` entry that raises the epoch) in the same transaction: see `Ledger.recordWithin`.
 * @throws {InvalidInput} naming the part of the batch and the rule it breaks; the transaction must be rolled back.
 */
export async function loadDirectory(tx: Queryable, batch: DirectoryBatch): Promise<void> {
  const rows: Record<string, readonly object[]> = {
    ...batch,
    people: (batch.people ?? []).map((person) => ({ ...person, ...nameSound(person.name) })),
    agreementPeople: (batch.agreements ?? []).flatMap((agreement) =>
      agreement.people.map((named) => ({ agreement: agreement.id, vendor: agreement.vendor, ...named })),
    ),
    rotations: (batch.rotations ?? []).map((rotation) => ({ id: crypto.randomUUID(), ...rotation })),
  }
  rows.rotationCases = (rows.rotations as { id: string; cases?: readonly string[] }[]).flatMap((rotation) =>
    (rotation.cases ?? []).map((patient) => ({ rotation: rotation.id, patient })),
  )
  for (const step of loadSteps) await put(tx, step, rows[step.part] ?? [])
}

/** @returns the ids, in the order given. */
export function insertPosts(tx: Queryable, posts: readonly PostEntry[]): Promise<readonly string[]> {
  return putUnexplained(tx, postStep, posts)
}

export function insertRosters(tx: Queryable, rosters: readonly RosterEntry[]): Promise<readonly string[]> {
  return putUnexplained(tx, rosterStep, rosters)
}

async function put(tx: Queryable, step: Step, rows: readonly object[]): Promise<void> {
  try {
    await putUnexplained(tx, step, rows)
  } catch (error) {
    throw invalidInputOf(error, step.part) ?? error
  }
}

async function putUnexplained(tx: Queryable, step: Step, rows: readonly object[]): Promise<readonly string[]> {
  const ids: string[] = []
  for (let start = 0; start < rows.length; start += rowsPerStatement) {
    const chunk = rows.slice(start, start + rowsPerStatement)
    const put = await tx.query<{ id: string }>(step.sql, [JSON.stringify(chunk)])
    ids.push(...put.map((row) => row.id))
  }
  return ids
}

/** SQLSTATE class 23 (integrity) and 22 (data): the batch breaks a rule of the directory. */
function invalidInputOf(error: unknown, part: string): InvalidInput | undefined {
  if (!(error instanceof Error) || !('code' in error) || !/^2[23]/.test(String(error.code))) return undefined
  const rule = 'constraint' in error && error.constraint ? String(error.constraint) : String(error.code)
  const detail = 'detail' in error && error.detail ? ` (${String(error.detail)})` : ''
  return new InvalidInput(
    [{ field: part, rule, zh: `违反名录规则 ${rule}${detail}`, en: `breaks the directory rule ${rule}${detail}` }],
    { cause: error },
  )
}
