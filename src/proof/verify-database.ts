import type { Queryable } from '../kernel/index.ts'
import { soloCrew } from './crew.ts'
import { openDatabaseEvidence } from './database-evidence.ts'
import type { Report } from './verdict.ts'
import { type VerifyOptions, verifyEvidence } from './verify-evidence.ts'

export interface VerifyDatabaseOptions extends Partial<Omit<VerifyOptions, 'trust'>> {
  readonly database: Queryable
  readonly origin: string
  /** Verifier keys of its logs, both suites. */
  readonly keys: readonly string[]
  readonly trust?: Partial<VerifyOptions['trust']>
  readonly atMs: number
}

/** Verifies a live database from within: journal, trees, checkpoints, trace, and the rules over the entries. */
export async function verifyDatabase({
  database,
  origin,
  keys,
  trust,
  ...options
}: VerifyDatabaseOptions): Promise<Report> {
  return verifyEvidence(await openDatabaseEvidence(database, origin), {
    crew: soloCrew(),
    ...options,
    trust: { timestampRoots: [], ...trust, logs: [...keys, ...(trust?.logs ?? [])] },
  })
}
