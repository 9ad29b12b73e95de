import { type FastifyInstance, fastify, type InjectOptions } from 'fastify'
import type { AccessDesk } from '../../access/index.ts'
import { type AuditSource, openAuditIntake } from '../../audit/index.ts'
import { callerOf, openSampleWorld, type SampleWorld } from '../../authority/test-world.ts'
import { type ApplicationId, type PersonId, silentLog } from '../../kernel/index.ts'
import { openTestDatabase } from '../../kernel/test-database.ts'
import { type Entry, openTrace, parseEntry } from '../../ledger/index.ts'
import { type FhirResource, loadRecords, openRecordStore, type RecordStore } from '../../records/index.ts'
import { openAuditDoor } from '../audit/audit-door.ts'
import { openDoor } from './door.ts'
import { registerFhirRoutes } from './routes.ts'

/** For tests only: the FHIR surface over real rooms and the sample hospital; the header `x-person` says who asks. */
export interface TestSurface {
  readonly app: FastifyInstance
  readonly world: SampleWorld
  readonly records: RecordStore
  ask(person: PersonId | undefined, request: InjectOptions): Promise<Asked>
  /** Entries of the ledger, oldest first. */
  entries(): Promise<readonly Entry[]>
  close(): Promise<void>
}

export interface Asked {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any
}

export const publicUrl = 'https://emr.example.org'
export const base = `${publicUrl}/fhir`

export async function openTestSurface(
  seed: readonly FhirResource[],
  options: { readonly records?: (world: SampleWorld) => RecordStore; readonly sources?: readonly AuditSource[] } = {},
): Promise<TestSurface> {
  const at = await openTestDatabase()
  const world = await openSampleWorld(at.database)
  const { database, ledger, clock, authority } = world
  const records =
    options.records?.(world) ?? openRecordStore({ database, ledger, clock, allowsDanglingReferences: true })
  if (!options.records) await loadRecords(database, seed)
  const desk: AccessDesk = { authority, ledger, records, clock }
  const intake = openAuditIntake({
    database,
    ledger,
    clock,
    log: silentLog,
    sources: { sources: [...(options.sources ?? [])], listen: {} },
  })
  const app = fastify({ logger: false, genReqId: () => 'request-1' })
  await registerFhirRoutes(app, {
    door: openDoor(desk),
    audit: openAuditDoor(
      { ...desk, trace: openTrace({ database }) },
      { intake, context: { origin: 'emr.example.org/ledger', publicUrl } },
    ),
    identify: async (request) => {
      const person = request.headers['x-person']
      if (typeof person !== 'string') throw Object.assign(new Error('nobody'), { statusCode: 401 })
      const { 'x-application': application, 'x-scopes': scopes } = request.headers
      if (typeof application !== 'string') return callerOf(person as PersonId)
      return callerOf(person as PersonId, {
        application: application as ApplicationId,
        scopes: typeof scopes === 'string' ? scopes.split(' ') : [],
      })
    },
    validate: async (resource) =>
      resource.status === 'nonsense' || (resource.resourceType === 'AuditEvent' && !resource.recorded) ? [broken] : [],
    publicUrl: () => publicUrl,
    clock,
    software: { version: '0.1.0', since: '2026-03-01T00:00:00Z' },
    storeKind: records.kind,
    maxResourceBytes: 100_000,
  })
  await app.ready()
  return {
    app,
    world,
    records,
    async ask(person, request) {
      const response = await app.inject({
        ...request,
        headers: { ...(person && { 'x-person': person }), ...request.headers },
      })
      const text = response.payload
      return {
        status: response.statusCode,
        headers: response.headers as Record<string, string | undefined>,
        text,
        json: text.startsWith('{') ? JSON.parse(text) : undefined,
      }
    },
    async entries() {
      const rows = await database.query<{ body: string }>('select body from ledger_entry order by sequence')
      return rows.map((row) => parseEntry(row.body))
    },
    async close() {
      await app.close()
      await intake.close()
      await world.close()
      await at.drop()
    },
  }
}

const broken = { path: 'Observation.status', zh: '取值不在值集内', en: 'not in the value set' }
