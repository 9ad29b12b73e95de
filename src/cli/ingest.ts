import { userInfo } from 'node:os'
import { Command } from 'commander'
import { type IngestReport, ingestFile, readCsvMapping } from '../audit/index.ts'
import { InvalidInput, type PersonId } from '../kernel/index.ts'
import type { Rooms } from '../rooms.ts'
import { showProgress } from './progress.ts'
import { withRooms } from './with-rooms.ts'
import { say } from './words.ts'

export function ingestCommand(): Command {
  return new Command('ingest')
    .description(
      say(
        '导入其他系统的留痕（CSV，按映射文件）；逐行接收，重复导入不重复留痕',
        "take in another system's audit trail (CSV, by a mapping file); row by row, and never a row twice",
      ),
    )
    .argument('<file>', say('CSV 文件', 'CSV file'))
    .requiredOption('--source <id>', say('AUDIT_SOURCES 中登记的来源', 'the source, as registered in AUDIT_SOURCES'))
    .requiredOption('--mapping <file>', say('列与取值的映射（JSON）', 'what columns and values mean (JSON)'))
    .action(async (path: string, options: { source: string; mapping: string }) => {
      const mapping = await readCsvMapping(options.mapping)
      await withRooms(async (rooms) => {
        const progress = showProgress()
        const source = sourceOf(rooms, options.source)
        progress.step(['接收', 'taking in'])
        const by = `os-user-${userInfo().username}` as PersonId
        const report = await ingestFile(
          { path, source, mapping, by, onProgress: (rows) => progress.advance(rows) },
          { intake: rooms.audit.intake, ledger: rooms.ledger },
        )
        progress.finish()
        tell(report)
        process.exitCode = report.refused > 0 ? 2 : 0
      })
    })
}

function sourceOf(rooms: Rooms, id: string) {
  const source = rooms.audit.intake.sources.sources.find((one) => one.id === id)
  if (source?.authenticates.by === 'file') return source
  throw new InvalidInput([
    {
      field: '--source',
      rule: 'known',
      zh: `AUDIT_SOURCES 中没有以文件报送的来源 ${id}`,
      en: `AUDIT_SOURCES has no source ${id} that authenticates by file`,
    },
  ])
}

function tell(report: IngestReport): void {
  for (const { line, issues } of report.refusals.slice(0, 20)) {
    for (const issue of issues) {
      console.log(
        say(
          `✗ 第 ${line} 行 ${issue.field}：${issue.zh} [${issue.rule}]`,
          `✗ line ${line} ${issue.field}: ${issue.en} [${issue.rule}]`,
        ),
      )
    }
  }
  console.log(
    say(
      `${report.rows} 行：新留痕 ${report.recorded}，已有 ${report.duplicates}，被拒 ${report.refused}；回执 ${report.receipt.sequence}`,
      `${report.rows} rows: ${report.recorded} recorded, ${report.duplicates} known already, ${report.refused} refused; receipt ${report.receipt.sequence}`,
    ),
  )
}
