import { Command } from 'commander'
import { parseVerifierKey } from '../crypto/index.ts'
import { InvalidInput } from '../kernel/index.ts'
import { monthOf } from '../ledger/index.ts'
import { careOfPatients } from '../records/index.ts'
import {
  archivable,
  archiveFolders,
  archivePartitions,
  type CareClass,
  careClasses,
  checkVolume,
  type ExpiringOptions,
  expireBodies,
  locateVolume,
  noHolds,
  operatorHere,
  periodSources,
  planExpiry,
  readPeriods,
  registeredVolumes,
  requireTrustedClock,
  type StaysBecause,
  setPeriod,
} from '../retention/index.ts'
import type { Rooms } from '../rooms.ts'
import { showProgress } from './progress.ts'
import { personAtTerminal } from './terminal-person.ts'
import { withRooms } from './with-rooms.ts'
import { say, type Words } from './words.ts'

/** How long traces are kept, where old ones lie, and what expires. */
export function retentionCommand(): Command {
  const retention = new Command('retention').description(
    say('留痕的保存期限、归档与到期', 'how long traces are kept, their archive, and what expires'),
  )
  for (const command of [statusCommand, archiveCommand, checkCommand, expireCommand, periodCommand]) {
    retention.addCommand(command())
  }
  return retention
}

const reasons: Readonly<Record<StaysBecause, Words>> = {
  'not-closed': ['仍在写入', 'being written'],
  'too-new': ['未到所给月份', 'not before the month given'],
  'not-covered': ['尚无检查点覆盖', 'not covered by a checkpoint yet'],
  'second-tree-behind': ['国密树尚未跟上', 'the tree over SM3 is behind'],
  'not-judged': ['尚未完成完备性核对', 'not reconciled yet'],
  'not-traced': ['尚未编入查询索引', 'not in the trace yet'],
}

function statusCommand(): Command {
  return new Command('status')
    .description(
      say('列出数据库中的月份、归档卷与保存期限', 'list the months in the database, the volumes, and the periods'),
    )
    .action(() =>
      withRooms(async (rooms) => {
        const { database } = rooms.ground
        for (const { partition, stays } of await archivable(database, '9999-12')) {
          const state = stays ? say(...reasons[stays]) : say('可归档', 'may be archived')
          console.log(`${partition.month}  ${partition.first}–${partition.end - 1}  ${state}`)
        }
        for (const volume of await registeredVolumes(database)) {
          const place = await locateVolume(volume, archivesOf(rooms)).catch((error: Error) => error.message)
          console.log(`${monthOf(volume.recordedFrom.getTime())}  ${volume.first}–${volume.end - 1}  ${place}`)
        }
        for (const { careClass, recordType, months } of await readPeriods(database)) {
          const { zh, en } = periodSources[careClass]
          console.log(`${careClass}/${recordType}  ${lengthOf(months)}  ${say(zh, en)}`)
        }
      }),
    )
}

interface ArchiveFlags {
  readonly before?: string
  readonly to?: string
  readonly dryRun?: boolean
  readonly note?: string
}

function archiveCommand(): Command {
  return new Command('archive')
    .description(
      say(
        '把旧月份移入归档卷：写成、落盘、读回核验、记入台账之后才离开数据库',
        'move old months to volumes: written, durable, read back and verified, told in the ledger, and only then gone from the database',
      ),
    )
    .option('--before <month>', say('此月之前（缺省为一年前）', 'months before this one; by default a year ago'))
    .option(
      '--to <folder>',
      say('写入的目录（缺省为 LEDGER_ARCHIVE）', 'folder to write to; by default LEDGER_ARCHIVE'),
    )
    .option('--dry-run', say('只列出，不移动', 'only list what would go'))
    .option('--note <text>', say('依据，如工单号', 'under what order, such as a ticket'))
    .action((flags: ArchiveFlags) =>
      withRooms(async (rooms) => {
        const before = flags.before ?? monthOf(rooms.clock.now() - 365 * 86_400_000)
        if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(before))
          throw wrong('--before', '须为月份，如 2026-01', 'a month, such as 2026-01')
        const { database } = rooms.ground
        if (flags.dryRun) {
          for (const { partition, stays } of await archivable(database, before)) {
            const verdict = stays ? say(...reasons[stays]) : say('将归档', 'would be archived')
            console.log(`${partition.month}  ${partition.first}–${partition.end - 1}  ${verdict}`)
          }
          return
        }
        const progress = showProgress(process.stderr)
        const archived = await archivePartitions(before, {
          ...{ database, ledger: rooms.ledger, origin: rooms.origin, verifiers: verifiersOf(rooms) },
          archive: flags.to ?? archivesOf(rooms)[0],
          operator: operatorHere(flags.note === undefined ? {} : { note: flags.note }),
          onProgress: stepwise(progress, '归档', 'archiving'),
        })
        progress.finish()
        for (const { volume, recorded } of archived) {
          console.log(`${volume}  ${say(`记于台账第 ${recorded} 条`, `told in entry ${recorded}`)}`)
        }
        if (archived.length === 0) console.log(say('没有可归档的月份', 'no month may be archived'))
      }),
    )
}

function checkCommand(): Command {
  return new Command('check')
    .description(
      say('逐卷逐文件核验归档，直至已签名的检查点', 'verify every file of every volume, up to the signed checkpoint'),
    )
    .action(() =>
      withRooms(async (rooms) => {
        const { database } = rooms.ground
        const progress = showProgress(process.stderr)
        for (const volume of await registeredVolumes(database)) {
          const { name, manifestSha256 } = volume
          const folder = await locateVolume(volume, archivesOf(rooms))
          const report = stepwise(progress, '核验', 'checking')
          const onProgress = (done: number, total: number) => report(name, done, total)
          const verifiers = verifiersOf(rooms)
          const { withheld } = await checkVolume({
            ...{ folder, name, manifestSha256, verifiers, onProgress, origin: rooms.origin },
          })
          progress.finish()
          console.log(`${name}  ${say('完整', 'whole')}`)
          for (const { from, below, rule, expired } of withheld) {
            const count = below - from
            console.log(
              say(
                `  自第 ${from} 条起 ${count} 条的内容已于 ${expired} 按 ${rule} 到期，哈希仍在`,
                `  ${count} bodies from entry ${from} on expired on ${expired} by ${rule}; their hashes stay`,
              ),
            )
          }
        }
      }),
    )
}

interface ExpireFlags {
  readonly dryRun?: boolean
  readonly confirm?: boolean
  readonly as?: string
  readonly note?: string
}

function expireCommand(): Command {
  return new Command('expire')
    .description(
      say(
        '清除归档中已过保存期限的留痕内容，只留哈希；一经清除不可恢复',
        'erase the bodies of archived traces past their time, leaving their hashes; this cannot be undone',
      ),
    )
    .option('--dry-run', say('只列出将清除的内容', 'only list what would go'))
    .option('--confirm', say('确认清除', 'erase them'))
    .option('--as <username>', say('由谁执行（须登录）', 'who does it, by signing in'))
    .option('--note <text>', say('依据，如工单号', 'under what order, such as a ticket'))
    .action((flags: ExpireFlags) =>
      withRooms(async (rooms) => {
        if (!flags.dryRun === !flags.confirm) {
          throw wrong('--confirm', '须选 --dry-run 或 --confirm 之一', 'say either --dry-run or --confirm')
        }
        if (flags.dryRun) return await listDue(expiring(rooms))
        if (flags.as === undefined) throw wrong('--as', '清除须由本人登录执行', 'somebody signs in to erase')
        const person = await personAtTerminal(rooms, flags.as)
        try {
          await erase(
            expiring(rooms, { person: person.caller.person, ...(flags.note !== undefined && { note: flags.note }) }),
          )
        } finally {
          await person.leave()
        }
      }),
    )
}

function expiring(rooms: Rooms, named: Parameters<typeof operatorHere>[0] = {}): ExpiringOptions {
  const { ground, ledger, origin, archived, trace, clock } = rooms
  const { database } = ground
  return {
    ...{ database, ledger, origin, archived, trace, clock },
    verifiers: verifiersOf(rooms),
    archives: archivesOf(rooms),
    care: careOfPatients(database),
    holds: noHolds,
    operator: operatorHere(named),
  }
}

async function listDue(options: ExpiringOptions): Promise<void> {
  const nowMs = options.clock.now()
  for (const { volume, due, held, staying, withheld, nextDueMs } of await planExpiry(options, nowMs)) {
    const next = nextDueMs === undefined ? '—' : new Date(nextDueMs).toISOString().slice(0, 10)
    console.log(
      say(
        `${volume.name}  到期 ${due.length}，依法保全 ${held}，未到期 ${staying}，先前已清除 ${withheld}；下一到期日 ${next}`,
        `${volume.name}  ${due.length} due, ${held} held, ${staying} staying, ${withheld} expired before; next on ${next}`,
      ),
    )
    for (const { sequence, rule } of due) console.log(`  ${sequence}  ${rule}`)
  }
  await requireTrustedClock(options.database, options.clock)
}

async function erase(options: ExpiringOptions): Promise<void> {
  const progress = showProgress(process.stderr)
  const expired = await expireBodies({ ...options, onProgress: stepwise(progress, '清除', 'expiring') })
  progress.finish()
  for (const { volume, count, recorded } of expired) {
    console.log(
      say(
        `${volume}  ${count} 条内容已清除，记于台账第 ${recorded} 条`,
        `${volume}  ${count} bodies expired, told in entry ${recorded}`,
      ),
    )
  }
  if (expired.length === 0) console.log(say('没有到期的内容', 'nothing is due'))
}

function periodCommand(): Command {
  return new Command('period')
    .description(say('设定保存期限；不得短于规定', 'set a period; none is shorter than the rules allow'))
    .argument('<class>', careClasses.join(', '))
    .argument('<months>', say('月数', 'months'))
    .option('--record-type <type>', say('仅用于此类记录（FHIR 资源类型）', 'for records of this FHIR type only'), '*')
    .option('--note <text>', say('依据，如工单号', 'under what order, such as a ticket'))
    .action((careClass: string, months: string, flags: { recordType: string; note?: string }) =>
      withRooms(async (rooms) => {
        if (!careClasses.includes(careClass as CareClass))
          throw wrong('class', `须为 ${careClasses}`, `one of ${careClasses}`)
        await setPeriod({
          database: rooms.ground.database,
          ledger: rooms.ledger,
          operator: operatorHere(flags.note === undefined ? {} : { note: flags.note }),
          period: { careClass: careClass as CareClass, recordType: flags.recordType, months: Number(months) },
        })
        console.log(`${careClass}/${flags.recordType}  ${lengthOf(Number(months))}`)
      }),
    )
}

const lengthOf = (months: number): string =>
  months % 12 === 0 ? say(`${months / 12} 年`, `${months / 12} years`) : say(`${months} 个月`, `${months} months`)

const archivesOf = (rooms: Rooms) => archiveFolders(process.env, rooms.configuration.dataDir)

function verifiersOf({ signer, guomiSigner, formerVerifiers }: Rooms) {
  const own = [signer, ...(guomiSigner ? [guomiSigner] : [])]
  return [...own.map((each) => parseVerifierKey(each.verifierKey)), ...formerVerifiers]
}

/** A step for each volume. */
function stepwise(progress: ReturnType<typeof showProgress>, zh: string, en: string) {
  let current: string | undefined
  return (volume: string, done: number, total: number) => {
    if (volume !== current) progress.step([`${zh} ${volume}`, `${en} ${volume}`])
    current = volume
    progress.advance(done, total)
  }
}

const wrong = (field: string, zh: string, en: string) => new InvalidInput([{ field, rule: 'option', zh, en }])
