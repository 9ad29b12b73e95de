import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import { putPoliciesInForce, startTellingEndedTerms } from './authority/index.ts'
import { loadDemonstration } from './demonstration/index.ts'
import { registerConsoleFiles } from './http/console-files.ts'
import { openMetrics } from './http/operations/metrics.ts'
import { openServer } from './http/server.ts'
import { registerSurfaces } from './http/surfaces.ts'
import { startWorkersUnderKeys } from './joints/workers-under-keys.ts'
import {
  type Closing,
  type Configuration,
  freePort,
  GroundFailure,
  lockDataDir,
  openClosing,
  version,
} from './kernel/index.ts'
import { type LedgerWorkers, openSignedMemory, startLedgerWorkers } from './ledger/index.ts'
import { followUpstreamCare } from './records/index.ts'
import { startTurningMonths } from './retention/index.ts'
import { openRooms, publicUrlOf, type Rooms, type RoomsOptions, silentProgress, upstreamOf } from './rooms.ts'

/** A running Chartward. */
export interface Chartward {
  readonly address: string
  readonly rooms: Rooms
  close(): Promise<void>
}

const consoleFolder = fileURLToPath(new URL('../dist/console/', import.meta.url))
const maxBodyBytes = 64 * 1024 * 1024

/** Opens every room, loads the demonstration where one is wanted, and listens. A failed start leaves nothing behind. */
export async function openChartward(asked: Configuration, options: RoomsOptions): Promise<Chartward> {
  const configuration = asked.port === 0 ? { ...asked, port: await freePort(asked.host) } : asked
  const address = publicUrlOf(configuration)
  const closing = openClosing()
  closing.add(await lockDataDir(configuration.dataDir, address))
  try {
    const rooms = await openRooms(configuration, { ...options, serves: true })
    closing.add(() => rooms.close())
    if (options.demonstration) await fillWithDemonstration(rooms, options)

    options.progress?.step(['服务', 'server'])
    await putPoliciesInForce({ ...rooms, database: rooms.ground.database, bundle: rooms.authority.bundle.digest })
    const workers = await startWorkers(rooms, closing, options)
    const app = await openSurfaces(rooms, workers, closing, options)
    await listen(app, configuration)
    await rooms.audit.start()
    await recordRun(rooms, closing)
    return { address, rooms, close: () => closing.run() }
  } catch (error) {
    await closing.run().catch(() => {})
    throw error
  }
}

async function fillWithDemonstration(rooms: Rooms, { progress = silentProgress }: RoomsOptions): Promise<void> {
  const { configuration } = rooms
  await loadDemonstration({
    ...rooms,
    database: rooms.recordDatabase,
    dataDir: configuration.dataDir,
    patients: configuration.demoPatients,
    onStep: (words) => progress.step(words),
    onProgress: (done, total) => progress.advance(done, total),
  })
}

/** What goes on beside the requests: trace and tree follow the journal, and care follows an upstream. */
async function startWorkers(rooms: Rooms, closing: Closing, { demonstration }: RoomsOptions): Promise<LedgerWorkers> {
  const { origin, log, clock, ledger, configuration } = rooms
  const { database } = rooms.ground
  // A demonstration on a database elsewhere may be emptied and begun again under the same name.
  const mayBeginAgain = demonstration && configuration.databaseUrl !== undefined
  const memory = mayBeginAgain ? undefined : await openSignedMemory(join(configuration.dataDir, 'signed.json'))
  const workers = startWorkersUnderKeys({
    ...{ configuration, origin, database, log, first: rooms },
    start: ({ signer, guomiSigner, formerVerifiers }) =>
      startLedgerWorkers({
        ...{ database, origin, signer, formerVerifiers, log, clock, archived: rooms.archived },
        ...(guomiSigner && { guomiSigner }),
        ...(memory && { memory }),
      }),
  })
  closing.add(() => workers.close())
  const months = startTurningMonths({ database, clock, log })
  closing.add(() => months.close())
  const ends = startTellingEndedTerms({ database, ledger, clock, log, settings: rooms.authority.settings })
  closing.add(() => ends.close())
  const upstream = upstreamOf(configuration)
  if (upstream) {
    const care = followUpstreamCare({ ...upstream, database, ledger, clock, log })
    closing.add(() => care.close())
  }
  return workers
}

async function openSurfaces(
  rooms: Rooms,
  workers: LedgerWorkers,
  closing: Closing,
  { demonstration }: RoomsOptions,
): Promise<FastifyInstance> {
  const publicUrl = publicUrlOf(rooms.configuration)
  const secure = publicUrl.startsWith('https:')
  const metrics = openMetrics()
  const app = await openServer({ log: rooms.log, metrics, counters: rooms.counters, maxBodyBytes, secure })
  closing.add(() => app.close())
  const surfaces = await registerSurfaces(app, { rooms, workers, metrics, publicUrl, demonstration })
  closing.add(() => surfaces.close())
  await registerConsoleFiles(app, consoleFolder, secure)
  return app
}

async function listen(app: FastifyInstance, { port, host }: Configuration): Promise<void> {
  try {
    await app.listen({ port, host })
  } catch (cause) {
    const { code } = cause as { code?: string }
    if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') throw cause
    const reason = code === 'EADDRINUSE' ? 'another program listens there' : 'this address may not be used'
    throw new GroundFailure('port-unavailable', `${host}:${port} cannot be listened on: ${reason}; set PORT or HOST`, {
      cause,
    })
  }
}

/** When the program ran stands in the ledger; a start without the stop before it tells of a crash. */
async function recordRun({ ledger }: Rooms, closing: Closing): Promise<void> {
  await ledger.record([{ kind: 'system', outcome: 0, detail: { event: 'start', version, node: process.version } }])
  closing.add(() => ledger.record([{ kind: 'system', outcome: 0, detail: { event: 'stop' } }]))
}
