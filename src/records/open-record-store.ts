import type { RecordFacts } from '../authority/index.ts'
import { type Clock, type Database, together } from '../kernel/index.ts'
import type { Ledger, RecordedPermit } from '../ledger/index.ts'
import { RecordsFailure } from './errors.ts'
import { FactsCache } from './facts-cache.ts'
import type { StoredRecord } from './fhir.ts'
import { historyOf } from './history-store.ts'
import type { RecordStore } from './record-store.ts'
import { openSearchShapes, type SearchShapes } from './search-shapes.ts'
import { searchStore } from './search-store.ts'
import {
  type ContentRow,
  type FactRow,
  factColumns,
  factsOf,
  recordOf,
  versionFactColumns,
  versionTables,
} from './stored-row.ts'
import { writeRecord, writeTogether } from './write-record.ts'

export interface RecordStoreOptions {
  readonly database: Database
  readonly ledger: Ledger
  readonly clock: Clock
  /** Whether a write may refer to records that are not there; refused unless said otherwise. */
  readonly allowsDanglingReferences?: boolean
  /** How many records' facts are kept in memory. */
  readonly factsKept?: number
}

/** What the parts of the own store work with. */
export interface OwnStoreDesk {
  readonly database: Database
  readonly ledger: Ledger
  readonly clock: Clock
  readonly checksReferences: boolean
  readonly cursorSecret: () => Promise<string>
  readonly shapes: SearchShapes
  readonly readCurrent: (record: RecordName) => Promise<Omit<ContentRow, 'type' | 'id'> | undefined>
}

interface RecordName {
  readonly type: string
  readonly id: string
}

/** The own record store, on PostgreSQL. */
export function openRecordStore(options: RecordStoreOptions): RecordStore {
  const { database, ledger, clock } = options
  const cache = new FactsCache(options.factsKept ?? 50_000)
  const desk: OwnStoreDesk = {
    database,
    ledger,
    clock,
    checksReferences: options.allowsDanglingReferences !== true,
    cursorSecret: once(() => readCursorSecret(database)),
    shapes: openSearchShapes(),
    readCurrent: together((records) => readCurrentOf(records, database)),
  }
  return {
    kind: 'own',
    describe: (type, id, version) => describe(type, id, version, cache, desk),
    read: (permit, which = 'current') => read(permit, which, cache, desk),
    history: (permit, page, admit) => historyOf(permit, page, admit, database),
    search: (permit, plan, verify) => searchStore(permit, plan, verify, desk),
    write: (permit, change) => writeRecord(permit, change, cache, desk),
    writeTogether: (writes) => writeTogether(writes, cache, desk),
  }
}

async function describe(
  type: string,
  id: string,
  version: number | undefined,
  cache: FactsCache,
  { database, ledger }: OwnStoreDesk,
): Promise<RecordFacts | 'deleted' | undefined> {
  if (version !== undefined) {
    const rows = await database.query<FactRow>(
      {
        name: 'records-describe-version',
        text: `select ${versionFactColumns} from ${versionTables} where r.type = $1 and r.id = $2 and r.version = $3`,
      },
      [type, id, version],
    )
    return rows[0] && (rows[0].deleted ? 'deleted' : factsOf(rows[0]))
  }
  const epoch = ledger.currentEpoch()
  const known = cache.find(type, id, epoch)
  if (known) return known
  const rows = await database.query<FactRow>(
    { name: 'records-describe', text: `select ${factColumns} from resource r where r.type = $1 and r.id = $2` },
    [type, id],
  )
  const row = rows[0]
  if (!row) return undefined
  if (row.deleted) return 'deleted'
  const facts = factsOf(row)
  cache.keep(facts, epoch)
  return facts
}

async function read(
  permit: RecordedPermit,
  which: 'current' | 'version',
  cache: FactsCache,
  { database, readCurrent }: OwnStoreDesk,
): Promise<StoredRecord | 'changed' | undefined> {
  const { scope } = permit
  if (scope.kind !== 'record') throw new RecordsFailure('permit-mismatch', 'reading needs a permit for one record')
  const { type, id, version } = scope.record
  if (which === 'version') {
    if (version === undefined) throw new RecordsFailure('permit-mismatch', 'the permit names no version')
    const rows = await database.query<Omit<ContentRow, 'type' | 'id'>>(
      {
        name: 'records-read-version',
        text: `select version, last_updated, has_parts, deleted, content
               from resource_version where type = $1 and id = $2 and version = $3`,
      },
      [type, id, version],
    )
    return rows[0] && recordOf({ type, id, ...rows[0] })
  }
  const row = await readCurrent({ type, id })
  if (version !== undefined && row?.version !== version) {
    cache.forget(type, id)
    return 'changed'
  }
  return row && recordOf({ type, id, ...row })
}

/** The permits of one commit are answered together, so their readings arrive together: one question for all. */
async function readCurrentOf(
  records: readonly RecordName[],
  database: Database,
): Promise<readonly (Omit<ContentRow, 'type' | 'id'> | undefined)[]> {
  const rows = await database.query<Omit<ContentRow, 'type' | 'id'> & { readonly place: number }>(
    {
      name: 'records-read',
      text: `select asked.place, r.version, r.last_updated, r.has_parts, r.deleted, r.content
             from json_to_recordset($1::json) as asked (place int, type text, id text)
             join resource r on r.type = asked.type and r.id = asked.id`,
    },
    [JSON.stringify(records.map(({ type, id }, place) => ({ place, type, id })))],
  )
  const byPlace = new Map(rows.map((row) => [row.place, row]))
  return records.map((_, place) => byPlace.get(place))
}

async function readCursorSecret(database: Database): Promise<string> {
  const rows = await database.query<{ secret: string }>('select secret from record_cursor_key')
  return rows[0]!.secret
}

/** Asks once; a failure is not remembered. */
function once<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let answer: Promise<Value> | undefined
  return () => {
    answer ??= ask().catch((error: unknown) => {
      answer = undefined
      throw error
    })
    return answer
  }
}
