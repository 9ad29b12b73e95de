import type { FastifyInstance, FastifyRequest } from 'fastify'
import { logKeys, openKeptExports, openSavedQuestions } from '../access/index.ts'
import { readDemoPeople } from '../demonstration/index.ts'
import { type Caller, version } from '../kernel/index.ts'
import type { LedgerWorkers } from '../ledger/index.ts'
import { openValidator } from '../records/index.ts'
import type { Rooms } from '../rooms.ts'
import { type ApiRoute, registerApiRoutes } from './api-route.ts'
import { openAuditDoor } from './audit/audit-door.ts'
import { outboxReadiness, registerAuditFigures } from './audit/audit-figures.ts'
import { auditRoutes } from './audit/audit-routes.ts'
import { registerAuthzenRoutes } from './authzen/index.ts'
import { explanationRoutes } from './console-api/explanations.ts'
import { gapRoutes } from './console-api/gaps.ts'
import { patientRoutes } from './console-api/patients.ts'
import { peopleRoutes } from './console-api/people.ts'
import { roomsOf } from './console-api/rooms.ts'
import { traceExportRoutes } from './console-api/trace-exports.ts'
import { traceQuestionRoutes } from './console-api/trace-questions.ts'
import { useRoutes } from './console-api/uses.ts'
import { openDoor } from './fhir/door.ts'
import { registerFhirRoutes } from './fhir/routes.ts'
import { identifier, registerIdentityRoutes } from './identity/index.ts'
import { registerOpenApi, type StandardSurface } from './openapi.ts'
import { anchoringReadiness, registerAnchoringFigures } from './operations/anchoring-figures.ts'
import { completenessReadiness, registerCompletenessFigures } from './operations/completeness-figures.ts'
import { checkpointReadiness, registerLedgerFigures } from './operations/ledger-figures.ts'
import type { Metrics } from './operations/metrics.ts'
import { registerOperations } from './operations/routes.ts'
import { registerTileRoutes } from './tiles/routes.ts'

interface SurfaceParts {
  readonly rooms: Rooms
  readonly workers: LedgerWorkers
  readonly metrics: Metrics
  readonly publicUrl: string
  readonly demonstration: boolean
}

/** Every way in: sign-in, FHIR, AuthZEN, the console's API, the ledger's tiles, and what operators look at. */
export async function registerSurfaces(app: FastifyInstance, parts: SurfaceParts): Promise<{ close(): Promise<void> }> {
  const { rooms, workers, metrics, publicUrl, demonstration } = parts
  const identify: (request: FastifyRequest) => Promise<Caller> = identifier(rooms.identity)

  const validator = openValidator()

  await registerIdentityRoutes(app, {
    identity: rooms.identity,
    directory: rooms.directory,
    clock: rooms.clock,
    roomsOf,
    demonstration,
    ...(demonstration && { demoPeople: () => peopleToTry(rooms.configuration.dataDir) }),
  })
  await registerFhirRoutes(app, {
    door: openDoor(rooms),
    audit: openAuditDoor(rooms, rooms.audit),
    identify,
    validate: async (resource) =>
      (await validator.validate(resource)).map(({ field, zh, en }) => ({ path: field, zh, en })),
    publicUrl: () => publicUrl,
    clock: rooms.clock,
    software: { version, since: new Date(rooms.clock.now()).toISOString() },
    storeKind: rooms.records.kind,
  })

  await registerAuthzenRoutes(app, {
    ...rooms,
    identify,
    describe: (type, id) => rooms.records.describe(type, id),
    publicUrl: () => publicUrl,
  })

  const exports = await openKeptExports({
    ...rooms,
    dataDir: rooms.configuration.dataDir,
    proofs: rooms.anchoring.proofs,
    evidence: rooms.anchoring.evidence,
    keys: logKeys(rooms.signer, rooms.guomiSigner),
    publicUrl,
  })
  const routes: readonly ApiRoute[] = [
    ...patientRoutes(rooms),
    ...explanationRoutes(rooms),
    ...useRoutes(rooms),
    ...auditRoutes(rooms),
    ...traceQuestionRoutes({
      ...rooms,
      savedQuestions: openSavedQuestions({ ...rooms, database: rooms.ground.database }),
    }),
    ...traceExportRoutes({ ...rooms, exports }),
    ...peopleRoutes(rooms),
    ...gapRoutes({ ...rooms, database: rooms.ground.database }),
  ]
  registerApiRoutes(app, routes, identify)
  registerTileRoutes(app, '/ledger', { ...rooms.tree, checkpoint: () => rooms.anchoring.published() })
  registerTileRoutes(app, '/ledger/sm3', {
    ...rooms.guomiTree,
    checkpoint: async () => (await rooms.anchoring.published('guomi')) ?? (await rooms.guomiTree.checkpoint()),
  })

  const { database } = rooms.ground
  // With a plan for continuity this server has work to do while the database is away.
  const goesOn = rooms.continuity.lastKnown !== undefined
  registerOperations(app, metrics, [
    { name: 'database', isOptional: goesOn, check: async () => void (await database.query('select 1')) },
    { name: 'ledger', isOptional: goesOn, check: async () => void (await rooms.ledger.size()) },
    checkpointReadiness(workers),
    ...anchoringReadiness(rooms.anchoring, rooms.clock),
    outboxReadiness(rooms.audit),
    completenessReadiness({ ...rooms, database }),
  ])
  registerAuditFigures(metrics, rooms.audit)
  registerCompletenessFigures(metrics, rooms)
  registerAnchoringFigures(metrics, rooms.anchoring)
  registerLedgerFigures(metrics, rooms.ledger, workers)

  await registerOpenApi(app, routes, surfaces)
  return {
    async close() {
      await exports.close()
      await validator.close()
    },
  }
}

/** Who can be tried in a demonstration: names, never secrets. */
async function peopleToTry(dataDir: string) {
  return (await readDemoPeople(dataDir)).map(({ username, name, role }) => ({ username, name, role }))
}

const surfaces: readonly StandardSurface[] = [
  ...[
    ['GET', '/fhir/metadata', 'CapabilityStatement'],
    ['GET', '/fhir/{type}', 'Search'],
    ['POST', '/fhir/{type}/_search', 'Search with a form'],
    ['POST', '/fhir/{type}', 'Create, or with If-None-Exist conditional create'],
    ['GET', '/fhir/{type}/{id}', 'Read'],
    ['PUT', '/fhir/{type}/{id}', 'Update'],
    ['PATCH', '/fhir/{type}/{id}', 'JSON Patch (RFC 6902)'],
    ['DELETE', '/fhir/{type}/{id}', 'Delete'],
    ['GET', '/fhir/{type}/{id}/_history', 'Versions of a record'],
    ['GET', '/fhir/{type}/{id}/_history/{version}', 'One version of a record'],
    ['GET', '/fhir/Patient/{id}/$everything', 'Everything about one patient'],
    ['GET', '/fhir/AuditEvent', 'Search the trace as FHIR AuditEvent after IHE BALP; asking is traced'],
    ['GET', '/fhir/AuditEvent/{id}', 'One entry of the ledger; its id is its receipt'],
    ['POST', '/fhir/AuditEvent', 'Take in an event of a registered source'],
    ['POST', '/fhir', 'Batch and transaction'],
  ].map(([method, path, summary]) => ({ method, path, summary, tag: 'FHIR R4' }) as StandardSurface),
  { method: 'POST', path: '/access/v1/evaluation', tag: 'AuthZEN 1.0', summary: 'One decision' },
  { method: 'POST', path: '/access/v1/evaluations', tag: 'AuthZEN 1.0', summary: 'Several decisions' },
  { method: 'GET', path: '/.well-known/authzen-configuration', tag: 'AuthZEN 1.0', summary: 'Metadata' },
  {
    method: 'POST',
    path: '/oauth/token',
    tag: 'SMART Backend Services',
    summary: 'client_credentials with private_key_jwt',
  },
  {
    method: 'POST',
    path: '/oauth/introspect',
    tag: 'SMART Backend Services',
    summary: 'Token introspection (RFC 7662)',
  },
  { method: 'GET', path: '/.well-known/smart-configuration', tag: 'SMART Backend Services', summary: 'Metadata' },
  { method: 'GET', path: '/ledger/checkpoint', tag: 'Ledger (C2SP tlog-tiles)', summary: 'Newest signed checkpoint' },
  { method: 'GET', path: '/ledger/tile/{level}/{index}', tag: 'Ledger (C2SP tlog-tiles)', summary: 'Tile of hashes' },
  {
    method: 'GET',
    path: '/ledger/sm3/checkpoint',
    tag: 'Ledger (C2SP tlog-tiles)',
    summary: 'Newest checkpoint over SM3, signed with SM2',
  },
  {
    method: 'GET',
    path: '/ledger/sm3/tile/{level}/{index}',
    tag: 'Ledger (C2SP tlog-tiles)',
    summary: 'Tile of SM3 hashes',
  },
  { method: 'GET', path: '/healthz', tag: 'Operations', summary: 'The process lives' },
  { method: 'GET', path: '/readyz', tag: 'Operations', summary: 'Each part it needs answers' },
  { method: 'GET', path: '/metrics', tag: 'Operations', summary: 'Prometheus' },
]
