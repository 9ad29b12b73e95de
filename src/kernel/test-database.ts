import { randomBytes } from 'node:crypto'
import { type Database, openDatabase } from './database.ts'

/**
 * For tests only: a fresh, migrated database of their own on the run's PostgreSQL (see `scripts/test.mjs`).
 * @returns the open database, its URL (for child processes), and `drop` to close and remove it.
 */
export async function openTestDatabase(): Promise<{ database: Database; url: string; drop(): Promise<void> }> {
  const serverUrl = process.env.CHARTWARD_TEST_DATABASE_URL
  if (!serverUrl) throw new Error('tests that need a database run through `npm test -- <part of the path>`')
  const name = `test_${randomBytes(6).toString('hex')}`
  const server = openDatabase(serverUrl, { maxConnections: 1 })
  // Copying a template fails while another copy is under way; wait for one's turn.
  await server.query('select pg_advisory_lock(1)')
  await server.query(`create database ${name} template chartward_template`)
  await server.query('select pg_advisory_unlock(1)')
  const url = serverUrl.replace(/\/postgres$/, `/${name}`)
  const database = openDatabase(url)
  return {
    database,
    url,
    async drop() {
      await database.close()
      await server.query(`drop database if exists ${name} with (force)`)
      await server.close()
    },
  }
}
