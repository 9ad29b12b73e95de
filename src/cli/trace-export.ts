import { copyFile, mkdtemp, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { type ExportDesk, exportTrace, logKeys, reasonWords } from '../access/index.ts'
import { type ExportFormat, exportReasonSchema } from '../contract/index.ts'
import { type Caller, InvalidInput } from '../kernel/index.ts'
import type { Rooms } from '../rooms.ts'
import { publicUrlOf } from '../rooms.ts'
import { showProgress } from './progress.ts'
import { type TraceFlags, tellRefusal, termsOf, useOf } from './trace-flags.ts'
import { say } from './words.ts'

/** The file appears whole or not at all: it is made in a folder of its own beside its place. */
export async function exportFromTerminal(rooms: Rooms, caller: Caller, flags: TraceFlags): Promise<number> {
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
