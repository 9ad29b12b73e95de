import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Database } from './database.ts'
import { Failure } from './failure.ts'

export class MigrationFailure extends Failure<'migration-edited' | 'migration-unknown'> {}

const migrationsFolder = fileURLToPath(new URL('../../migrations/', import.meta.url))
const migrationLock = 0x43_57_4d_47

/**
 * Applies `migrations/*.sql` in the order of their names, each in its own transaction, forward only.
 * Several processes may start at once: an advisory lock lets one apply and the others wait.
 * A file that was applied and then edited is refused (`migration-edited`), and so is a database that is ahead of
 * this program (`migration-unknown`).
 * @returns the names of the files applied by this call.
 */
export async function migrate(database: Database, folder = migrationsFolder): Promise<readonly string[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  const connection = await database.pool.connect()
  try {
    await connection.query('select pg_advisory_lock($1)', [migrationLock])
    await connection.query(
      `create table if not exists migration (
         name text primary key, sha256 text not null, applied_at timestamptz not null default now())`,
    )
    const rows = await connection.query<{ name: string; sha256: string }>('select name, sha256 from migration')
    const applied = new Map(rows.rows.map((row) => [row.name, row.sha256]))
    for (const name of applied.keys()) {
      if (!files.includes(name)) {
        throw new MigrationFailure('migration-unknown', `the database has ${name}, which this program does not know`)
      }
    }

    const done: string[] = []
    for (const name of files) {
      const text = await readFile(join(folder, name), 'utf8')
      const sha256 = createHash('sha256').update(text).digest('hex')
      const before = applied.get(name)
      if (before === sha256) continue
      if (before !== undefined) {
        throw new MigrationFailure('migration-edited', `${name} was edited after it was applied`)
      }
      await connection.query('begin')
      try {
        await connection.query(text)
        await connection.query('insert into migration (name, sha256) values ($1, $2)', [name, sha256])
        await connection.query('commit')
      } catch (error) {
        await connection.query('rollback')
        throw error
      }
      done.push(name)
    }
    return done
  } finally {
    await connection.query('select pg_advisory_unlock($1)', [migrationLock]).catch(() => {})
    connection.release()
  }
}
