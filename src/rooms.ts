import { randomUUID } from 'node:crypto'
import type { AccessDesk } from './access/index.ts'
import {
  type Anchoring,
  type AnchoringConfiguration,
  type AnchoringOptions,
  anchoringSettings,
  openAnchoring,
  readAnchoringConfiguration,
} from './anchoring/index.ts'
import { type Audit, type AuditConfiguration, auditSettings, openAudit, readAuditConfiguration } from './audit/index.ts'
import { type Authority, openAuthority } from './authority/index.ts'
import {
  type Completeness,
  type Counters,
  endSuperseded,
  metered,
  openCompleteness,
  openCounters,
  stateSettings,
  tellGap,
} from './completeness/index.ts'
import { type Continuity, describePlan, openContinuity, readContinuityPlan, strictPlan } from './continuity/index.ts'
import { type NoteSigner, type NoteVerifier, parseVerifierKey } from './crypto/index.ts'
import { type Directory, openDirectory } from './directory/index.ts'
import { type Identity, openIdentity, readIdentityConfiguration } from './identity/index.ts'
import { judgeAgain } from './judge-again.ts'
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
  version,
} from './kernel/index.ts'
import {
  type ArchivedEntries,
  type Ledger,
  openLedger,
  openTrace,
  openTree,
  type Trace,
  type Tree,
} from './ledger/index.ts'
import { type NoteSigners, openNoteSigners } from './note-signers.ts'
import { accountable, openRecordStore, openUpstreamStore, type RecordStore } from './records/index.ts'
import { archiveFolders, openArchive } from './retention/index.ts'

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
export interface Rooms extends AccessDesk {
  readonly configuration: Configuration
  readonly log: Log
  readonly ground: Ground
  readonly ledger: Ledger
  readonly trace: Trace
  /** Entries of the ledger that have left the database. */
  readonly archived: ArchivedEntries
  readonly tree: Tree
  /** Over SM3; its newest checkpoint may be old where its key is `none`. */
  readonly guomiTree: Tree
  readonly signer: NoteSigner
  readonly guomiSigner?: NoteSigner
  /** Keys of either log that have handed over. */
  readonly formerVerifiers: readonly NoteVerifier[]
  /** What holds the ledger from outside. */
  readonly anchoring: Anchoring
  /** First line of the ledger's checkpoints. */
  readonly origin: string
  readonly directory: Directory
  readonly identity: Identity
  readonly authority: Authority
  readonly records: RecordStore
  /** For whoever loads or imports records past the store: what reads their tables is counted. */
  readonly recordDatabase: Database
  readonly counters: Counters
  readonly completeness: Completeness
  readonly continuity: Continuity
  /** Others' trails in, ours out. */
  readonly audit: Audit
  close(): Promise<void>
}

export async function openRooms(configuration: Configuration, options: RoomsOptions): Promise<Rooms> {
  const progress = options.progress ?? silentProgress
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
    const plainLedger = endSuperseded(await openLedger({ database, log, clock }))
    closing.add(() => plainLedger.close())
    const run = randomUUID()
    const counting = { database, ledger: plainLedger, clock, log, process: run }
    const counters = openCounters()
    const recordDatabase = metered(database, counters)
    const completeness = await openCompleteness({
      ...counting,
      counters,
      version,
      watchesTables: configuration.emrUpstreamUrl === undefined,
      reconciles: options.serves ?? false,
      heartbeatMinutes: configuration.heartbeatMinutes,
    })
    closing.add(() => completeness.close())
    const plan = options.serves ? readContinuityPlan(configuration.continuity) : strictPlan
    if (options.serves)
      await stateSettings(
        settingsOf(configuration, plan, { audit: auditConfiguration, anchoring: anchoringConfiguration }),
        counting,
      )
    const continuity = await openContinuity({
      ...counting,
      plan,
      dataDir: configuration.dataDir,
      async onFlaw(tx, { spool, ...flaw }) {
        await tellGap(
          tx,
          { counter: 'spool', subject: `${spool}/flaw`, outcome: 8, detail: { spool, ...flaw } },
          counting,
        )
      },
    })
    closing.add(() => continuity.close())
    const { ledger, lastKnown } = continuity
    const directory = openDirectory({ database, ledger, clock })
    const identity = await openIdentity({
      database,
      directory,
      ledger,
      clock,
      dataDir: configuration.dataDir,
      publicUrl: publicUrlOf(configuration),
      configuration: readIdentityConfiguration(process.env),
      demonstration: options.demonstration,
      ...(lastKnown && { lastKnown }),
    })
    const authority = await openAuthority({ database, directory, ledger, clock, ...(lastKnown && { lastKnown }) })
    const store = openRecords(configuration, { database: recordDatabase, ledger, clock })
    if ('close' in store) closing.add(() => store.close())
    const records = accountable<RecordStore>(store, { counters, ledger })
    if (options.serves) {
      const judge: Parameters<Continuity['start']>[0] = (permit, at) =>
        judgeAgain(permit, at, { authority, records: store })
      continuity.start(judge, () => authority.refreshLastKnown())
    }

    const archived = openArchive({ database, archives: archiveFolders(process.env, configuration.dataDir) })
    const origin = originOf(configuration)
    const audit = openAudit({
      ...{ database, ledger, clock, log, configuration: auditConfiguration },
      trace: openTrace({ database, archived }),
      context: { origin, publicUrl: publicUrlOf(configuration) },
    })
    closing.add(() => audit.close())
    const signers = await openNoteSigners(configuration, origin, database)
    closing.add(() => signers.close())
    const { signer, guomiSigner, formerVerifiers } = signers
    const anchoring = openAnchoring({
      ...{ database, ledger: plainLedger, clock, log, ...anchoringConfiguration },
      logs: logsUnder(signers),
      archived,
      runs: options.serves ?? false,
    })
    closing.add(() => anchoring.close())
    return {
      configuration,
      log,
      clock,
      ground,
      ledger,
      directory,
      identity,
      authority,
      records,
      recordDatabase,
      counters,
      completeness,
      continuity,
      audit,
      anchoring,
      origin,
      signer,
      ...(guomiSigner && { guomiSigner }),
      formerVerifiers,
      close: () => closing.run(),
      archived,
      trace: openTrace({ database, archived }),
      tree: openTree({ database, archived }),
      guomiTree: openTree({ database, suite: 'guomi', archived }),
    }
  } catch (error) {
    await closing.run().catch(() => {})
    throw error
  }
}

/** Each log with every key that has signed it. */
function logsUnder({ signer, guomiSigner, formerVerifiers }: NoteSigners): AnchoringOptions['logs'] {
  const under = ({ name, verifierKey }: NoteSigner) => ({
    origin: name,
    verifiers: [parseVerifierKey(verifierKey), ...formerVerifiers.filter((each) => each.name === name)],
  })
  return { international: under(signer), ...(guomiSigner && { guomi: under(guomiSigner) }) }
}

function openRecords(
  configuration: Configuration,
  parts: Pick<Rooms, 'ledger' | 'clock'> & { readonly database: Ground['database'] },
): RecordStore | (RecordStore & { close(): Promise<void> }) {
  const upstream = upstreamOf(configuration)
  return upstream
    ? openUpstreamStore({ ...upstream, ledger: parts.ledger, clock: parts.clock })
    : openRecordStore(parts)
}

/** What of the configuration could mute a part of the trace; each change of it stands in the ledger. */
function settingsOf(
  configuration: Configuration,
  plan: ReturnType<typeof readContinuityPlan>,
  { audit, anchoring }: { readonly audit: AuditConfiguration; readonly anchoring: AnchoringConfiguration },
) {
  return {
    continuity: describePlan(plan),
    heartbeatMinutes: configuration.heartbeatMinutes,
    recordsAre: configuration.emrUpstreamUrl === undefined ? 'here' : 'upstream',
    ...auditSettings(audit),
    ...anchoringSettings(anchoring),
  }
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
