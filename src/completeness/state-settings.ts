import { isDeepStrictEqual } from 'node:util'
import type { Database } from '../kernel/index.ts'
import type { Ledger } from '../ledger/index.ts'

/** Settings that could mute a part of the trace, as a start states them: plain JSON, no secrets. */
export type StatedSettings = Readonly<Record<string, unknown>>

/**
 * Each start compares its configuration with what the ledger was last told, and says what differs: a counter, a
 * worker, an outbox or a mode is never turned off in silence.
 * @returns names of the settings that differ.
 */
export async function stateSettings(
  settings: StatedSettings,
  desk: { readonly database: Database; readonly ledger: Ledger; readonly process: string },
): Promise<readonly string[]> {
  return desk.database.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock(8710082)')
    const rows = await tx.query<{ name: string; value: unknown }>('select name, value from stated_setting')
    const before = new Map(rows.map((row) => [row.name, row.value]))
    // As the table gives it back: what JSON does not carry is no difference.
    const after = Object.entries(JSON.parse(JSON.stringify(settings)) as StatedSettings)
    const changed = after.filter(([name, value]) => !isDeepStrictEqual(before.get(name), value))
    for (const [name, value] of changed) {
      const [receipt] = await desk.ledger.recordWithin(tx, [
        {
          kind: 'configuration-change',
          outcome: 0,
          detail: {
            event: 'setting-stated',
            setting: name,
            ...(before.has(name) && { before: before.get(name) }),
            after: value,
            process: desk.process,
          },
        },
      ])
      await tx.query(
        `insert into stated_setting (name, value, sequence) values ($1, $2, $3)
         on conflict (name) do update set value = excluded.value, sequence = excluded.sequence`,
        [name, JSON.stringify(value), receipt!.sequence],
      )
    }
    return changed.map(([name]) => name)
  })
}
