import { fileURLToPath } from 'node:url'
import { openRecord, readHistory, searchRecords, writeRecord, writeTogether } from './access/index.ts'
import { loadDemonstration } from './demonstration/index.ts'
import { registerConsoleFiles } from './http/console-files.ts'
import { openMetrics } from './http/operations/metrics.ts'
import { openServer } from './http/server.ts'
import { registerSurfaces } from './http/surfaces.ts'
import { type Configuration, freePort, lockDataDir } from './kernel/index.ts'
import { startLedgerWorkers } from './ledger/index.ts'
import { followUpstreamCare } from './records/index.ts'
import { openRooms, publicUrlOf, type Rooms, type RoomsOptions, silentProgress } from './rooms.ts'

export { openRooms, type Rooms } from './rooms.ts'

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
  const progress = options.progress ?? silentProgress
  const configuration = asked.port === 0 ? { ...asked, port: await freePort(asked.host) } : asked
  const address = publicUrlOf(configuration)
  const unlock = await lockDataDir(configuration.dataDir, address)
  const closing: (() => Promise<unknown>)[] = [unlock]
  const close = async () => {
    for (const step of closing.reverse()) await step()
    closing.length = 0
  }

  try {
    const rooms = await openRooms(configuration, options)
    closing.push(() => rooms.close())
    if (options.demonstration) {
      await loadDemonstration({
        ...rooms,
        database: rooms.ground.database,
        dataDir: configuration.dataDir,
        patients: configuration.demoPatients,
        onStep: (words) => progress.step(words),
        onProgress: (done, total) => progress.advance(done, total),
      })
    }

    progress.step(['服务', 'server'])
    const workers = startLedgerWorkers({
      database: rooms.ground.database,
      origin: rooms.origin,
      signer: rooms.signer,
      log: rooms.log,
      clock: rooms.clock,
    })
    closing.push(() => workers.close())
    if (configuration.emrUpstreamUrl) {
      const care = followUpstreamCare({
        url: configuration.emrUpstreamUrl,
        database: rooms.ground.database,
        ledger: rooms.ledger,
        clock: rooms.clock,
        log: rooms.log,
      })
      closing.push(() => care.close())
    }
    const metrics = openMetrics()
    const app = await openServer({ log: rooms.log, metrics, maxBodyBytes, secure: address.startsWith('https:') })
    closing.push(() => app.close())
    const door = {
      open: (use: Parameters<typeof openRecord>[0]) => openRecord(use, rooms),
      history: (use: Parameters<typeof readHistory>[0]) => readHistory(use, rooms),
      search: (use: Parameters<typeof searchRecords>[0]) => searchRecords(use, rooms),
      write: (use: Parameters<typeof writeRecord>[0]) => writeRecord(use, rooms),
      ...(rooms.records.writeTogether && {
        writeTogether: (use: Parameters<typeof writeTogether>[0]) => writeTogether(use, rooms),
      }),
    }
    const surfaces = await registerSurfaces(app, {
      rooms,
      workers,
      metrics,
      door,
      publicUrl: address,
      demonstration: options.demonstration,
    })
    closing.push(() => surfaces.close())
    await registerConsoleFiles(app, consoleFolder, address.startsWith('https:'))

    await app.listen({ port: configuration.port, host: configuration.host })
    await rooms.ledger.record([
      { kind: 'system', outcome: 0, detail: { event: 'start', version: '0.1.0', node: process.version } },
    ])
    closing.push(() => rooms.ledger.record([{ kind: 'system', outcome: 0, detail: { event: 'stop' } }]).catch(() => {}))
    return { address, rooms, close }
  } catch (error) {
    await close()
    throw error
  }
}
