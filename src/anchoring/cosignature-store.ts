import type { Cosignature, CosignatureVerifier } from '../crypto/index.ts'
import type { Database } from '../kernel/index.ts'

/** Cosignatures under our checkpoints, and where each witness stands. */
export interface CosignatureStore {
  sizeOf(origin: string, witness: CosignatureVerifier): Promise<number>
  /** Keeps a cosignature and where its witness stands now. Of two under one checkpoint the earlier stays. */
  keep(origin: string, size: number, cosignature: Cosignature): Promise<void>
  /** Notes that a witness stands at `size`, or why it did not answer. */
  note(
    origin: string,
    witness: CosignatureVerifier,
    answer: { readonly size?: number; readonly failure: string },
  ): Promise<void>
  linesAt(origin: string, size: number): Promise<readonly string[]>
  /** Raises the newest checkpoint that the policy counts. */
  raiseWitnessed(origin: string, size: number, atMs: number): Promise<void>
  witnessed(origin: string): Promise<{ readonly size: number; readonly atMs: number } | undefined>
  /** Of cosignatures older than a day one checkpoint an hour is kept: what the others held, it holds too. */
  thin(origin: string): Promise<void>
  standing(origin: string): Promise<readonly WitnessStanding[]>
}

export interface WitnessStanding {
  readonly witness: string
  readonly keyId: number
  readonly size: number
  readonly answeredAtMs?: number
  readonly failure?: string
}

export function openCosignatureStore(database: Database): CosignatureStore {
  return {
    async sizeOf(origin, { name, keyId }) {
      const [row] = await database.query<{ size: number }>(
        'select size from ledger_witness where origin = $1 and witness = $2 and key_id = $3',
        [origin, name, keyId],
      )
      return row?.size ?? 0
    },
    async keep(origin, size, { name, keyId, line, timeSeconds }) {
      await database.query(
        `with kept as (
           insert into ledger_cosignature (origin, size, witness, key_id, line, cosigned_at)
           values ($1, $2, $3, $4, $5, to_timestamp($6)) on conflict do nothing)
         insert into ledger_witness (origin, witness, key_id, size, answered_at) values ($1, $3, $4, $2, now())
         on conflict (origin, witness, key_id) do update set size = excluded.size, answered_at = now(), failure = null`,
        [origin, size, name, keyId, line, timeSeconds],
      )
    },
    async note(origin, { name, keyId }, { size, failure }) {
      await database.query(
        `insert into ledger_witness (origin, witness, key_id, size, failure) values ($1, $2, $3, coalesce($4, 0), $5)
         on conflict (origin, witness, key_id)
         do update set size = coalesce($4, ledger_witness.size), failure = excluded.failure`,
        [origin, name, keyId, size ?? null, failure],
      )
    },
    async linesAt(origin, size) {
      const rows = await database.query<{ line: string }>(
        {
          name: 'ledger_cosignatures_at',
          text: 'select line from ledger_cosignature where origin = $1 and size = $2 order by cosigned_at, witness',
        },
        [origin, size],
      )
      return rows.map((row) => row.line)
    },
    async raiseWitnessed(origin, size, atMs) {
      await database.query(
        `insert into ledger_witnessed (origin, size, witnessed_at) values ($1, $2, $3)
         on conflict (origin) do update set size = excluded.size, witnessed_at = excluded.witnessed_at
         where ledger_witnessed.size < excluded.size`,
        [origin, size, new Date(atMs)],
      )
    },
    async witnessed(origin) {
      const [row] = await database.query<{ size: number; witnessed_at: Date }>(
        { name: 'ledger_witnessed', text: 'select size, witnessed_at from ledger_witnessed where origin = $1' },
        [origin],
      )
      return row && { size: row.size, atMs: row.witnessed_at.getTime() }
    },
    async thin(origin) {
      await database.query(
        `delete from ledger_cosignature c where c.origin = $1 and c.cosigned_at < now() - interval '1 day'
         and c.size not in (
           select max(k.size) from ledger_cosignature k where k.origin = $1
           group by k.witness, date_trunc('hour', k.cosigned_at))`,
        [origin],
      )
    },
    async standing(origin) {
      const rows = await database.query<{
        witness: string
        key_id: number
        size: number
        answered_at: Date | null
        failure: string | null
      }>('select witness, key_id, size, answered_at, failure from ledger_witness where origin = $1 order by witness', [
        origin,
      ])
      return rows.map((row) => ({
        witness: row.witness,
        keyId: row.key_id,
        size: row.size,
        ...(row.answered_at && { answeredAtMs: row.answered_at.getTime() }),
        ...(row.failure !== null && { failure: row.failure }),
      }))
    },
  }
}
