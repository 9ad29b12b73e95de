import { userInfo } from 'node:os'
import { Command } from 'commander'
import { InvalidInput, type PersonId } from '../kernel/index.ts'
import { type FileReport, type ImportReport, importFiles, openValidator } from '../records/index.ts'
import type { Rooms } from '../rooms.ts'
import { showProgress } from './progress.ts'
import { withRooms } from './with-rooms.ts'
import { say } from './words.ts'

export function importCommand(): Command {
  return new Command('import')
    .description(
      say(
        '导入 FHIR R4（JSON、Bundle、NDJSON、文件夹）；每个文件全有或全无',
        'load FHIR R4 (JSON, bundles, NDJSON, folders); each file whole or not at all',
      ),
    )
    .argument('<paths...>', say('文件或文件夹', 'files or folders'))
    .option('--as <staff number>', say('以何人名义导入', 'the person who imports'))
    .action((paths: readonly string[], options: { as?: string }) =>
      withRooms(async (rooms) => {
        const validator = openValidator({ workers: 2 })
        const progress = showProgress()
        const started = performance.now()
        try {
          const author = await authorOf(rooms, options.as)
          progress.step(['导入', 'import'])
          const report = await importFiles(
            paths,
            { database: rooms.recordDatabase, ledger: rooms.ledger, clock: rooms.clock, validator },
            { author, onFile: (_report, done, files) => progress.advance(done, files) },
          )
          progress.finish()
          tell(report, (performance.now() - started) / 1000)
          process.exitCode = report.refused > 0 ? 2 : 0
        } finally {
          await validator.close()
        }
      }),
    )
}

async function authorOf(rooms: Rooms, staffNumber: string | undefined): Promise<PersonId> {
  if (staffNumber === undefined) return `os-user-${userInfo().username}` as PersonId
  const person = await rooms.directory.personByStaffNumber(staffNumber)
  if (person) return person.id
  throw new InvalidInput([
    { field: '--as', rule: 'known', zh: `没有工号 ${staffNumber}`, en: `nobody has the staff number ${staffNumber}` },
  ])
}

function tell(report: ImportReport, seconds: number): void {
  for (const file of report.files) if (file.outcome === 'refused') tellRefusal(file)
  const resources = report.created + report.updated + report.unchanged
  console.log(
    say(
      `${report.imported} 个文件已导入，${report.refused} 个被拒；新建 ${report.created}、更新 ${report.updated}、未变 ${report.unchanged}；每秒 ${Math.round(resources / seconds)} 条`,
      `${report.imported} files imported, ${report.refused} refused; ${report.created} created, ${report.updated} updated, ${report.unchanged} unchanged; ${Math.round(resources / seconds)} resources a second`,
    ),
  )
}

function tellRefusal(file: FileReport): void {
  console.log(`✗ ${file.path}`)
  for (const refusal of file.refusals.slice(0, 5)) {
    console.log(
      `    ${[refusal.place, refusal.record, refusal.field].filter(Boolean).join(' ')}: ${say(refusal.zh, refusal.en)} [${refusal.rule}]`,
    )
  }
  const more = file.refusalCount - Math.min(file.refusals.length, 5)
  if (more > 0) console.log(say(`    另有 ${more} 处`, `    and ${more} more`))
}
