import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { LedgerFailure } from './errors.ts'

/** What one group got: sequences `first` to `first + appended - 1`, under authority state `epoch`. */
export interface Appended {
  readonly first: number
  readonly appended: number
  readonly epoch: number
}

/** The one connection through which a process appends. When it breaks it is thrown away and another is made. */
export interface AppendLink {
  append(batch: string): Promise<Appended>
  head(): Promise<{ readonly size: number; readonly epoch: number }>
  /** Which of these leaf hashes stand in the journal at `fromSequence` or after it, and where. */
  find(leafHashes: readonly string[], fromSequence: number): Promise<ReadonlyMap<string, number>>
  end(): Promise<void>
  destroy(): void
}

export interface AppendLinkOptions {
  readonly databaseUrl: string
  /** From {@link newWriterFence}; the same for every link of one writer. */
  readonly fence: string
  readonly connectTimeoutMs: number
  readonly onEpoch: (epoch: number) => void
  /** The link is gone; said once, and not after `end` or `destroy`. */
  readonly onLost: (cause: Error) => void
}

/** A random key of 62 bits for the session lock that tells a writer's old connection from its new one. */
export function newWriterFence(): string {
  return (randomBytes(8).readBigUInt64BE() >> 2n).toString()
}

/**
 * Opens a link whose predecessor is certainly dead: the writer's session lock is only free once the server has ended
 * the old connection, and with it decided its last transaction. Only then can a lookup tell whether a group whose
 * answer was lost has been committed. (A pooler that shares sessions between clients would break this: the ledger
 * needs a direct connection.)
 */
export async function openAppendLink(options: AppendLinkOptions): Promise<AppendLink> {
  const client = new pg.Client({
    connectionString: options.databaseUrl,
    application_name: 'chartward-ledger',
    connectionTimeoutMillis: options.connectTimeoutMs,
    keepAlive: true,
  })
  let opening = true
  let over = false
  const lost = (cause: Error) => {
    if (over || opening) return // while opening, the caller hears of it from the promise
    over = true
    options.onLost(cause)
  }
  client.on('error', lost)
  client.on('end', () => lost(new Error('the connection ended')))
  client.on('notification', (message) => {
    const epoch = Number(message.payload)
    if (message.channel === 'ledger_epoch' && Number.isSafeInteger(epoch)) options.onEpoch(epoch)
  })

  const giveUp = setTimeout(() => client.connection.stream.destroy(), options.connectTimeoutMs)
  try {
    await client.connect()
    await client.query(endPredecessor, [options.fence])
    await client.query('select pg_advisory_lock($1)', [options.fence])
    await assertSynchronousCommit(client)
    await client.query('listen ledger_epoch')
  } catch (error) {
    over = true
    client.connection.stream.destroy()
    throw error
  } finally {
    opening = false
    clearTimeout(giveUp)
  }

  return {
    async append(batch) {
      const { rows } = await client.query<string[]>({ ...appendStatement, rowMode: 'array', values: [batch] })
      const row = rows[0]!
      return { first: Number(row[0]), appended: Number(row[1]), epoch: Number(row[2]) }
    },
    async head() {
      const { rows } = await client.query<{ size: string; epoch: string }>(
        'select size, authority_epoch as epoch from ledger_head',
      )
      return { size: Number(rows[0]!.size), epoch: Number(rows[0]!.epoch) }
    },
    async find(leafHashes, fromSequence) {
      const { rows } = await client.query<{ sequence: string; leaf_hash: string }>(
        `select sequence, encode(leaf_hash, 'hex') as leaf_hash from ledger_entry
         where sequence >= $1 and leaf_hash = any(select decode(h, 'hex') from unnest($2::text[]) as h)`,
        [fromSequence, leafHashes],
      )
      return new Map(rows.map((row) => [row.leaf_hash, Number(row.sequence)]))
    },
    async end() {
      over = true
      await client.end()
    },
    destroy() {
      over = true
      client.connection.stream.destroy()
    },
  }
}

const appendStatement = {
  name: 'ledger_append',
  text: 'select first_sequence, appended, epoch from ledger_append($1::json, false)',
}

const endPredecessor = `
  select pg_terminate_backend(pid) from pg_locks
  where locktype = 'advisory' and objsubid = 1 and pid <> pg_backend_pid()
    and database = (select oid from pg_database where datname = current_database())
    and (classid::bigint << 32) | objid::bigint = $1::bigint`

/** `remote_apply` promises more than `on` and is left alone; anything less is raised, and then must have been. */
async function assertSynchronousCommit(client: pg.Client): Promise<void> {
  const setting = async () =>
    (await client.query<{ synchronous_commit: string }>('show synchronous_commit')).rows[0]!.synchronous_commit
  if ((await setting()) === 'remote_apply') return
  await client.query('set synchronous_commit to on')
  const now = await setting()
  if (now !== 'on') throw new LedgerFailure('ledger-not-durable', `synchronous_commit is ${now}`)
}
