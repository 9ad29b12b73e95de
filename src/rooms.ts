import type { AccessDesk } from './access/index.ts'
import { anchoringSettings, readAnchoringConfiguration } from './anchoring/index.ts'
import { auditSettings, readAuditConfiguration } from './audit/index.ts'
import { type Authority, openAuthority } from './authority/index.ts'
import type { Continuity } from './continuity/index.ts'
import { type Directory, openDirectory } from './directory/index.ts'
import { type Identity, openIdentity, readIdentityConfiguration } from './identity/index.ts'
import { judgeAgain } from './joints/judge-again.ts'
import { type Outside, openOutside } from './joints/open-outside.ts'
import { openTrail, type Trail } from './joints/open-trail.ts'
import {
  type Configuration,
  type Database,
  type Ground,
  type Log,
  migrate,
  openClosing,
  openGround,
  openLog,
  systemClock,
} from './kernel/index.ts'
import type { Ledger } from './ledger/index.ts'
import { accountable, openRecordStore, openUpstreamStore, type RecordStore } from './records/index.ts'

/** Progress of a start, in words of both languages. */
export interface StartProgress {
  step(words: readonly [zh: string, en: string]): void
  advance(done: number, total?: number): void
}
export const silentProgress: StartProgress = { step: () => {}, advance: () => {} }

export interface RoomsOptions {
  readonly demonstration: boolean
  readonly progress?: StartProgress
  /** True for a server; a tool of the command line keeps no spool and compares nothing. */
  readonly serves?: boolean
}

/** Every room of the house, opened on one database, in the order of the floors. */
export interface Rooms extends AccessDesk, Trail, Outside {
  readonly configuration: Configuration
  readonly log: Log
  readonly ground: Ground
  readonly ledger: Ledger
  /** First line of the ledger's checkpoints. */
  readonly origin: string
  readonly directory: Directory
  readonly identity: Identity
  readonly authority: Authority
  readonly records: RecordStore
  close(): Promise<void>
}

export async function openRooms(configuration: Configuration, options: RoomsOptions): Promise<Rooms> {
  const { progress = silentProgress, serves = false } = options
  const log = openLog(configuration.logLevel)
  const auditConfiguration = await readAuditConfiguration(process.env)
  const anchoringConfiguration = await readAnchoringConfiguration(process.env)
  const clock = systemClock
  const closing = openClosing()

  try {
    progress.step(['数据库', 'database'])
    const ground = await openGround(configuration)
    closing.add(() => ground.release())
    const { database } = ground
    await migrate(database)

    progress.step(['台账与各室', 'ledger and rooms'])
    const mutingSettings = { ...auditSettings(auditConfiguration), ...anchoringSettings(anchoringConfiguration) }
    const around = { configuration, database, log, clock, serves }
    const trail = await openTrail({ ...around, mutingSettings }, closing)
    const { ledger, counters, recordDatabase, continuity } = trail
    const lastKnown = continuity.lastKnown && { lastKnown: continuity.lastKnown }

    const directory = openDirectory({ database, ledger, clock })
    const publicUrl = publicUrlOf(configuration)
    const identity = await openIdentity({
      ...{ database, directory, ledger, clock, publicUrl, ...lastKnown },
      dataDir: configuration.dataDir,
      configuration: readIdentityConfiguration(process.env),
      demonstration: options.demonstration,
    })
    const authority = await openAuthority({ database, directory, ledger, clock, ...lastKnown })
    const store = openRecords(configuration, { database: recordDatabase, ledger, clock })
    if ('close' in store) closing.add(() => store.close())
    const records = accountable<RecordStore>(store, { counters, ledger })
    if (serves) {
      const judge: Parameters<Continuity['start']>[0] = (permit, at) =>
        judgeAgain(permit, at, { authority, records: store })
      continuity.start(judge, () => authority.refreshLastKnown())
    }

    const origin = originOf(configuration)
    const outside = await openOutside(
      { ...around, ...trail, auditConfiguration, anchoringConfiguration, origin, publicUrl },
      closing,
    )
    return {
      ...trail,
      ...outside,
      ...{ configuration, log, clock, ground, directory, identity, authority, records, origin },
      close: () => closing.run(),
    }
  } catch (error) {
    await closing.run().catch(() => {})
    throw error
  }
}

function openRecords(
  configuration: Configuration,
  parts: Pick<Rooms, 'ledger' | 'clock'> & { readonly database: Database },
): RecordStore | (RecordStore & { close(): Promise<void> }) {
  const upstream = upstreamOf(configuration)
  return upstream
    ? openUpstreamStore({ ...upstream, ledger: parts.ledger, clock: parts.clock })
    : openRecordStore(parts)
}

/** How the upstream is reached, where there is one. */
export function upstreamOf({ emrUpstreamUrl: url, emrUpstreamAuthorization: authorization }: Configuration) {
  return url === undefined ? undefined : { url, ...(authorization !== undefined && { headers: { authorization } }) }
}

export function publicUrlOf(configuration: Configuration): string {
  return (
    configuration.publicUrl ??
    `http://${configuration.host === '0.0.0.0' ? 'localhost' : configuration.host}:${configuration.port}`
  )
}

/** C2SP tlog-tiles: the origin is the address of the ledger without its scheme. */
function originOf(configuration: Configuration): string {
  return configuration.publicUrl
    ? `${configuration.publicUrl.replace(/^https?:\/\//, '')}/ledger`
    : 'chartward.local/ledger'
}
