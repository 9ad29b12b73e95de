import type { ImprintAlgorithm } from '../crypto/index.ts'
import type { Database, Queryable } from '../kernel/index.ts'
import type { StampedDigest } from './ask-timestamp.ts'

/** A time-stamp over the text of one of our checkpoints. */
export interface StoredTimestamp {
  readonly origin: string
  readonly size: number
  readonly algorithm: ImprintAlgorithm
  readonly token: Buffer
  readonly stampedAtMs: number
  readonly authority: string
  readonly certificatesUntilMs: number
}

interface Row {
  readonly origin: string
  readonly size: number
  readonly algorithm: ImprintAlgorithm
  readonly token: Buffer
  readonly stamped_at: Date
  readonly authority: string
  readonly certificates_until: Date
}

const columns = 'origin, size, algorithm, token, stamped_at, authority, certificates_until'

export async function storeTimestamp(
  into: Queryable,
  { origin, size }: { readonly origin: string; readonly size: number },
  { token, timestamp }: StampedDigest,
): Promise<void> {
  await into.query(`insert into ledger_timestamp (${columns}) values ($1, $2, $3, $4, $5, $6, $7)`, [
    origin,
    size,
    timestamp.algorithm,
    token,
    new Date(timestamp.timeMs),
    timestamp.authority,
    new Date(timestamp.certificatesUntilMs),
  ])
}

/** The newest of a log; undefined while there is none. */
export async function newestTimestamp(database: Database, origin: string): Promise<StoredTimestamp | undefined> {
  const [row] = await database.query<Row>(
    `select ${columns} from ledger_timestamp where origin = $1 order by id desc limit 1`,
    [origin],
  )
  return row && storedOf(row)
}

/** Every token of the institution, in the order they were stored. */
export async function allTimestamps(from: Queryable): Promise<readonly StoredTimestamp[]> {
  return (await from.query<Row>(`select ${columns} from ledger_timestamp order by id`)).map(storedOf)
}

function storedOf(row: Row): StoredTimestamp {
  return {
    origin: row.origin,
    size: row.size,
    algorithm: row.algorithm,
    token: row.token,
    stampedAtMs: row.stamped_at.getTime(),
    authority: row.authority,
    certificatesUntilMs: row.certificates_until.getTime(),
  }
}
