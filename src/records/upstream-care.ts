import { setTimeout as pause } from 'node:timers/promises'
import { recordCare } from '../authority/index.ts'
import { type Clock, type Database, type Log, silentLog } from '../kernel/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { careOf } from './care.ts'
import type { FhirResource } from './fhir.ts'
import { openUpstreamClient, type UpstreamClient, type UpstreamSettings } from './upstream-client.ts'
import { nextPath } from './upstream-search.ts'

/** Records that say who treats whom. */
const types = ['Encounter', 'ServiceRequest', 'Appointment', 'CareTeam'] as const
const pageSize = 200
const epoch = '1970-01-01T00:00:00.000Z'

export interface UpstreamCareOptions extends UpstreamSettings {
  readonly database: Database
  readonly ledger: Ledger
  readonly clock: Clock
  readonly log?: Log
  readonly everyMs?: number
}

export interface UpstreamCare {
  /** Reads everything that changed since the last time; resolves when the upstream has no more. */
  catchUp(): Promise<{ readonly records: number }>
  close(): Promise<void>
}

/**
 * Learns from an upstream who treats whom: its encounters, requests, appointments and care teams are read as they
 * change, and only what they say about care is kept. A relation that ends there ends here within one round, with its
 * entry in the ledger and the epoch raised. While the upstream is away nothing changes: relations end by their own
 * terms, and none begins.
 */
export function followUpstreamCare(options: UpstreamCareOptions): UpstreamCare {
  const { log = silentLog, everyMs = 5_000 } = options
  const client = openUpstreamClient(options)
  const closing = new AbortController()
  let round: Promise<{ records: number }> | undefined

  const catchUp = (): Promise<{ records: number }> => {
    round ??= readAll(client, options).finally(() => {
      round = undefined
    })
    return round
  }
  const running = (async () => {
    while (!closing.signal.aborted) {
      await catchUp().catch((err: unknown) =>
        log.warn({ err }, 'care relations could not be learned from the upstream'),
      )
      await pause(everyMs, undefined, { signal: closing.signal }).catch(() => {})
    }
  })()
  return {
    catchUp,
    async close() {
      closing.abort()
      await running
      await client.close()
    },
  }
}

async function readAll(client: UpstreamClient, options: UpstreamCareOptions): Promise<{ records: number }> {
  let records = 0
  for (const type of types) {
    const mark = await readMark(options.database, client.url, type)
    let path: string | undefined =
      `${type}?_lastUpdated=ge${encodeURIComponent(mark)}&_sort=_lastUpdated&_count=${pageSize}`
    while (path !== undefined) {
      const { resource: bundle }: { resource: FhirResource | undefined } = await client.ask({ method: 'GET', path })
      if (!bundle) break
      const found = resourcesOf(bundle, type)
      if (found.length > 0) await keep(found, { ...options, type })
      records += found.length
      path = nextPath(bundle, client.url)
    }
  }
  return { records }
}

/** One page in one transaction, with the mark it reaches: after a crash the page is read again, and says the same. */
async function keep(
  found: readonly FhirResource[],
  desk: UpstreamCareOptions & { readonly type: string },
): Promise<void> {
  const { database, ledger, clock, type, url } = desk
  const said = found.map((resource) => careOf(resource, clock.now()))
  await database.transaction(async (tx) => {
    const { takesAway } = await recordCare(tx, {
      relations: said.flatMap((one) => one.relations),
      stays: said.flatMap((one) => one.stays),
      retire: found.map((resource) => `${type}/${resource.id}`),
    })
    await tx.query(
      `insert into upstream_care_mark (url, type, last_updated) values ($1, $2, $3)
       on conflict (url, type) do update set last_updated = greatest(upstream_care_mark.last_updated, excluded.last_updated)`,
      [
        url,
        type,
        found
          .map((resource) => resource.meta?.lastUpdated ?? epoch)
          .sort()
          .at(-1),
      ],
    )
    if (!takesAway) return
    await ledger.recordWithin(
      tx,
      [
        {
          kind: 'authority-change',
          channel: 'batch',
          outcome: 0,
          detail: { event: 'upstream-care', type, records: found.length },
        },
      ],
      { raisesEpoch: true },
    )
  })
}

async function readMark(database: Database, url: string, type: string): Promise<string> {
  const [row] = await database.query<{ last_updated: Date }>(
    'select last_updated from upstream_care_mark where url = $1 and type = $2',
    [url, type],
  )
  return row?.last_updated.toISOString() ?? epoch
}

function resourcesOf(bundle: FhirResource, type: string): readonly FhirResource[] {
  const entries = Array.isArray(bundle.entry) ? (bundle.entry as readonly { resource?: FhirResource }[]) : []
  return entries.flatMap((entry) =>
    entry?.resource?.resourceType === type && entry.resource.id ? [entry.resource] : [],
  )
}
