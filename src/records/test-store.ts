import type { ListFilter, RecordFacts } from '../authority/index.ts'
import { type Database, fixedClock, type PersonId } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type Ledger, openLedger, type PermitDraft, type RecordedPermit } from '../ledger/index.ts'
import type { FhirResource } from './fhir.ts'
import { openRecordStore } from './open-record-store.ts'
import { parseSearch } from './parse-search.ts'
import type { RecordStore, WriteOutcome } from './record-store.ts'
import type { SearchOutcome } from './search.ts'

/** For tests only: an own store with its ledger on a database of its own, and short words for what tests do with it. */
export interface TestStore {
  readonly store: RecordStore
  readonly database: Database
  readonly ledger: Ledger
  readonly clock: ReturnType<typeof fixedClock>
  recordPermit(type: string, id: string, version?: number): Promise<RecordedPermit>
  searchPermit(...types: readonly string[]): Promise<RecordedPermit>
  put(resource: Readonly<Record<string, unknown>>): Promise<Extract<WriteOutcome, { outcome: 'written' }>>
  /** The epoch, after everything committed so far has been seen. */
  settledEpoch(): Promise<number>
  /** @param query as in a URL: `Patient?name=li`. */
  search(query: string, filters?: Partial<Filters>): Promise<SearchOutcome>
  /** Ids of the matches, in order. */
  find(query: string, filters?: Partial<Filters>): Promise<readonly string[]>
  close(): Promise<void>
}

interface Filters {
  readonly filter: ListFilter
  readonly includeFilter: ListFilter
  readonly verify: (facts: RecordFacts) => boolean
}

export const author = 'dr-000001' as PersonId
export const startMs = Date.UTC(2026, 2, 1, 0, 0, 0)

export async function openTestStore(
  options: { readonly allowsDanglingReferences?: boolean } = { allowsDanglingReferences: true },
): Promise<TestStore> {
  const at = await openTestDatabase()
  const clock = fixedClock(startMs)
  const ledger = await openLedger({ database: at.database, clock })
  const store = openRecordStore({ database: at.database, ledger, clock, ...options })
  const settledEpoch = async () => {
    await ledger.record([{ kind: 'system', outcome: 0 }])
    return ledger.currentEpoch()
  }
  const draft = async (): Promise<PermitDraft> => ({
    kind: 'permit',
    outcome: 0,
    actor: { person: author },
    decision: { effect: 'permit', policies: [], bundle: '00', epoch: await settledEpoch() },
  })
  const recordPermit: TestStore['recordPermit'] = async (type, id, version) =>
    ledger.recordPermit(await draft(), {
      kind: 'record',
      record: { type, id, ...(version !== undefined && { version }) },
    })
  const searchPermit: TestStore['searchPermit'] = async (...types) =>
    ledger.recordPermit(await draft(), { kind: 'search', types, person: author })
  const search: TestStore['search'] = async (text, filters = {}) => {
    const [type = '', parameters = ''] = text.split(/\?(.*)/s)
    const query = parseSearch(type || undefined, new URLSearchParams(parameters), { strict: true })
    const always: ListFilter = { kind: 'always', epoch: ledger.currentEpoch() }
    const { filter = always, includeFilter = always, verify = () => true } = filters
    return store.search(await searchPermit(...query.types), { query, filter, includeFilter }, verify)
  }
  return {
    store,
    database: at.database,
    ledger,
    clock,
    recordPermit,
    searchPermit,
    settledEpoch,
    search,
    async put(resource) {
      const { resourceType, id } = resource as unknown as FhirResource
      const permit = await recordPermit(resourceType, id!)
      const outcome = await store.write(permit, {
        kind: 'update',
        resource: resource as unknown as FhirResource,
        id: id!,
        author,
      })
      if (outcome.outcome !== 'written') throw new Error(outcome.outcome)
      return outcome
    },
    async find(text, filters) {
      const found = await search(text, filters)
      return found.rows.filter((row) => row.mode === 'match').map((row) => row.record.id)
    },
    async close() {
      await ledger.close()
      await at.drop()
    },
  }
}
