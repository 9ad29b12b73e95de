import { Command, Option } from 'commander'
import { exportedUse, namesFrom, readTrace, termWords } from '../access/index.ts'
import { exportReasonSchema, traceQuestionSchema } from '../contract/index.ts'
import { type Caller, purposes } from '../kernel/index.ts'
import type { Rooms } from '../rooms.ts'
import { personAtTerminal } from './terminal-person.ts'
import { exportFromTerminal } from './trace-export.ts'
import { filterFlags, parsed, type TraceFlags, tellRefusal, termsOf, useOf } from './trace-flags.ts'
import { outputFormats, printUses } from './trace-output.ts'
import { withRooms } from './with-rooms.ts'
import { say } from './words.ts'

/** Questions to the ledger, from a terminal: the same decision and the same trace as from a browser. */
export function traceCommand(): Command {
  const command = new Command('trace')
    .description(say('查询使用留痕；查询与导出本身也留痕', 'ask the trace of uses; asking and exporting are traced'))
    .requiredOption(
      '--as <username>',
      say('何人在查（须登录；演示人员免密）', 'who asks (signs in; a demonstration person needs no secret)'),
    )
    .addOption(new Option('--for <purpose>', say('为何而查', 'purpose of asking')).choices(purposes))
  for (const [flag, filter] of filterFlags) command.option(flag, say(...termWords[filter]))
  return command
    .option('--receipt <number>', say('回执号，或本地凭号（S…）', 'receipt: a place in the ledger, or of a spool (S…)'))
    .option('--count <n>', say('每页条数，至多 200', 'entries of a page, at most 200'), '50')
    .option('--before <receipt>', say('下一页：此号之前', 'the next page: below this receipt'))
    .addOption(new Option('--format <format>', say('输出', 'output')).choices(outputFormats).default('table'))
    .option(
      '--export <file>',
      say(
        '导出为文件：.zip（表格）、.fhir.zip、.json（证明包）、.pdf',
        'export to a file: .zip (table), .fhir.zip, .json (proof package), .pdf',
      ),
    )
    .addOption(
      new Option('--reason <code>', say('导出理由', 'reason of the export')).choices(exportReasonSchema.options),
    )
    .option('--text <words>', say('案由、文号或调取机关', 'case, letter or court'))
    .action((flags: TraceFlags) =>
      withRooms(async (rooms) => {
        const person = await personAtTerminal(rooms, flags.as)
        try {
          process.exitCode =
            flags.export === undefined
              ? await ask(rooms, person.caller, flags)
              : await exportFromTerminal(rooms, person.caller, flags)
        } finally {
          await person.leave()
        }
      }),
    )
}

async function ask(rooms: Rooms, caller: Caller, flags: TraceFlags): Promise<number> {
  const question = parsed(traceQuestionSchema, {
    ...termsOf(flags),
    count: flags.count,
    ...(flags.before !== undefined && { before: flags.before }),
  })
  const read = await readTrace({ ...useOf(caller, flags), question }, rooms, rooms.trace)
  if (read.outcome === 'refused') return tellRefusal(read)
  const names = await namesFrom(rooms, read.rows, read.patientNames)
  const timeZone = (await rooms.directory.institution())?.timeZone ?? 'Asia/Shanghai'
  printUses(
    read.rows.map((row) => exportedUse(row, names, timeZone)),
    flags.format,
  )
  const next =
    read.nextBefore === undefined
      ? ''
      : say(`；下一页：--before ${read.nextBefore}`, `; next page: --before ${read.nextBefore}`)
  console.error(
    say(
      `${read.rows.length} 条${next}；本次查询的回执：${read.receipt.sequence}`,
      `${read.rows.length} entries${next}; receipt of this question: ${read.receipt.sequence}`,
    ),
  )
  return 0
}
