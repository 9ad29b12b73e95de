import { copyFile, mkdtemp, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { Command, Option } from 'commander'
import {
  type ExportDesk,
  exportedUse,
  exportTrace,
  logKeys,
  namesFrom,
  readTrace,
  reasonWords,
  termWords,
  traceWords,
} from '../access/index.ts'
import { refusalSentences } from '../authority/index.ts'
import {
  type ExportFormat,
  exportReasonSchema,
  type TraceTerms,
  traceQuestionSchema,
  traceTermsSchema,
} from '../contract/index.ts'
import { type Caller, InvalidInput, type PurposeOfUse, purposes, readConfiguration } from '../kernel/index.ts'
import { openRooms, type Rooms } from '../main.ts'
import { publicUrlOf } from '../rooms.ts'
import { showProgress } from './progress.ts'
import { personAtTerminal } from './terminal-person.ts'
import { type OutputFormat, outputFormats, printUses } from './trace-output.ts'
import { say } from './words.ts'

type Flags = TraceTerms & {
  readonly as: string
  readonly for?: PurposeOfUse
  readonly receipt?: string
  readonly count: string
  readonly before?: string
  readonly format: OutputFormat
  readonly export?: string
  readonly reason?: string
  readonly text?: string
}

const filterFlags: readonly (readonly [flag: string, filter: keyof TraceTerms])[] = [
  ['--patient <id>', 'patient'],
  ['--person <id>', 'person'],
  ['--on-behalf-of <id>', 'onBehalfOf'],
  ['--department <id>', 'department'],
  ['--terminal <address or device>', 'terminal'],
  ['--application <id>', 'application'],
  ['--session <id>', 'session'],
  ['--kind <kind>', 'kind'],
  ['--action <action>', 'action'],
  ['--purpose <code>', 'purpose'],
  ['--record <type or type/id>', 'record'],
  ['--request-id <id>', 'requestId'],
  ['--outcome <0|4|8|12>', 'outcome'],
  ['--from <day or time>', 'from'],
  ['--to <day or time>', 'to'],
]

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
    .action(async (flags: Flags) => {
      const rooms = await openRooms(readConfiguration(process.env), { demonstration: true })
      try {
        const person = await personAtTerminal(rooms, flags.as)
        try {
          process.exitCode =
            flags.export === undefined
              ? await ask(rooms, person.caller, flags)
              : await take(rooms, person.caller, flags)
        } finally {
          await person.leave()
        }
      } finally {
        await rooms.close()
      }
    })
}

const refused = 2

async function ask(rooms: Rooms, caller: Caller, flags: Flags): Promise<number> {
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

/** The file appears whole or not at all: it is made in a folder of its own beside its place. */
async function take(rooms: Rooms, caller: Caller, flags: Flags): Promise<number> {
  const { purpose, ...use } = useOf(caller, flags)
  const target = resolve(flags.export!)
  const stated = exportReasonSchema.safeParse(flags.reason)
  const text = flags.text?.trim() ?? ''
  if (!purpose || !stated.success || text.length < 4) {
    throw new InvalidInput([
      {
        field: '--for --reason --text',
        rule: 'stated',
        zh: `导出须说明用途、理由与案由；理由：${Object.entries(reasonWords)
          .map(([code, [zh]]) => `${code}（${zh}）`)
          .join('、')}`,
        en: `an export states purpose, reason and case; reasons: ${Object.keys(reasonWords).join(', ')}`,
      },
    ])
  }
  const stopping = new AbortController()
  process.once('SIGINT', () => stopping.abort())
  const progress = showProgress(process.stderr)
  const folder = await mkdtemp(join(dirname(target), '.chartward-export-'))
  try {
    progress.step(['导出', 'export'])
    const result = await exportTrace(
      { ...use, purpose, terms: termsOf(flags), format: formatOf(target), reason: { code: stated.data, text } },
      exportDeskOf(rooms),
      {
        folder,
        signal: stopping.signal,
        onProgress: ({ found, written }) => progress.advance(written || found, found),
      },
    )
    progress.finish()
    if (result.outcome === 'refused') return tellRefusal(result)
    if (result.outcome === 'stopped') {
      console.error(say('已停止，未留下文件', 'stopped; no file was left'))
      return 130
    }
    await rename(result.path, target).catch(() => copyFile(result.path, target))
    console.error(
      say(
        `${basename(target)}：${result.uses} 条，${result.sizeBytes} 字节；导出回执：${result.receipt.sequence}`,
        `${basename(target)}: ${result.uses} entries, ${result.sizeBytes} bytes; receipt of the export: ${result.receipt.sequence}`,
      ),
    )
    return 0
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function exportDeskOf(rooms: Rooms): ExportDesk {
  return {
    ...rooms,
    proofs: rooms.anchoring.proofs,
    evidence: rooms.anchoring.evidence,
    keys: logKeys(rooms.signer, rooms.guomiSigner),
    publicUrl: publicUrlOf(rooms.configuration),
  }
}

function useOf(caller: Caller, flags: Flags) {
  return {
    caller,
    channel: 'cli' as const,
    requestId: `cli-${process.pid}-${Date.now().toString(36)}`,
    ...(flags.for && { purpose: flags.for }),
  }
}

function termsOf(flags: Flags): TraceTerms {
  const { receipt } = flags
  const terms = Object.fromEntries(
    filterFlags.flatMap(([, filter]) => (flags[filter] === undefined ? [] : [[filter, flags[filter]]])),
  )
  return parsed(traceTermsSchema, {
    ...terms,
    ...(receipt !== undefined && (/^\d+$/.test(receipt) ? { sequence: receipt } : { spoolReceipt: receipt })),
  })
}

function formatOf(target: string): ExportFormat {
  if (target.endsWith('.fhir.zip')) return 'fhir'
  const format = { zip: 'csv', json: 'json', pdf: 'pdf' } as const
  const found = format[target.split('.').at(-1) as keyof typeof format]
  if (found) return found
  throw new InvalidInput([
    {
      field: '--export',
      rule: 'extension',
      zh: '文件名须以 .zip、.fhir.zip、.json 或 .pdf 结尾',
      en: 'the name ends in .zip, .fhir.zip, .json or .pdf',
    },
  ])
}

function parsed<Output>(
  schema: {
    safeParse(value: unknown):
      | { success: true; data: Output }
      | {
          success: false
          error: { issues: readonly { path: readonly PropertyKey[]; code?: string; message: string }[] }
        }
  },
  value: unknown,
): Output {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new InvalidInput(
    result.error.issues.map(({ path, code = 'invalid', message }) => ({
      field: `--${path.join('.')}`,
      rule: code,
      zh: `不合规：${message}`,
      en: message,
    })),
  )
}

function tellRefusal({
  decision,
  receipt,
}: {
  readonly decision: { readonly code: keyof typeof refusalSentences }
  readonly receipt: { readonly sequence: number }
}): number {
  const { zh, en } = refusalSentences[decision.code]
  const [what, whatEn] = traceWords.refusalWords[decision.code] ?? ['不予放行', 'Refused']
  console.error(say(`不予放行：${what}。${zh}`, `Refused: ${whatEn}. ${en}`))
  console.error(say(`拒绝已留痕，回执 ${receipt.sequence}`, `the refusal is traced: receipt ${receipt.sequence}`))
  return refused
}
