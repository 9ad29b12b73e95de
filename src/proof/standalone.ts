import { parseArgs } from 'node:util'
import { isMainThread } from 'node:worker_threads'
import { systemClock } from '../kernel/index.ts'
import { cannotBeRead, exitCodeOf, reportText, runVerify } from './run-verify.ts'
import type { Language } from './tell-report.ts'
import { workInThread } from './tile-thread.ts'

/**
 * `chartward-verify`: the offline verifier as one file (`npm run build:verify`), for a machine that has Node 20 or newer
 * and nothing of ours. It is its own program for threads.
 */
const usage = {
  zh: `chartward-verify <导出文件 | .tlog-proof | 文件夹 | 网址>

  --key <公钥>              您向机构核对过的台账公钥，可多次给出
  --policy <文件>           您信任的台账与见证人（C2SP tlog-policy）
  --timestamp-root <文件>   您信任的时间戳机构根证书（PEM），可多次给出
  --held <文件>             您以往留存的检查点或 .tlog-proof，可多次给出
  --entry <文件>            .tlog-proof 所指条目的原文
  --threads <数>            线程数
  --language <zh|en>
  --json                    输出 JSON

退出码：0 成立；1 不成立；2 无法读取或无法断定
`,
  en: `chartward-verify <export file | .tlog-proof | folder | address>

  --key <vkey>              a key of the log that you confirmed with its owner; repeatable
  --policy <file>           logs and witnesses that you trust (C2SP tlog-policy)
  --timestamp-root <file>   certificates of time-stamp authorities that you trust (PEM); repeatable
  --held <file>             a checkpoint or .tlog-proof that you kept from earlier; repeatable
  --entry <file>            the exact entry that a .tlog-proof is about
  --threads <n>             number of threads
  --language <zh|en>
  --json                    print JSON

exit codes: 0 holds; 1 broken; 2 cannot be read, or cannot be told
`,
} as const

if (isMainThread) process.exitCode = await main()
else workInThread()

async function main(): Promise<0 | 1 | 2> {
  const fallback: Language = /^zh/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '')
    ? 'zh'
    : 'en'
  let given: ReturnType<typeof readArguments>
  try {
    given = readArguments()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : ''}\n\n${usage[fallback]}`)
    return 2
  }
  const { values, positionals } = given
  const language: Language = values.language === 'zh' || values.language === 'en' ? values.language : fallback
  const [target] = positionals
  if (target === undefined || values.help) {
    process.stderr.write(usage[language])
    return 2
  }
  try {
    const report = await runVerify({
      target,
      keys: values.key ?? [],
      timestampRoots: values['timestamp-root'] ?? [],
      held: values.held ?? [],
      ...(values.policy !== undefined && { policy: values.policy }),
      ...(values.entry !== undefined && { entry: values.entry }),
      ...(values.threads !== undefined && { threads: Number(values.threads) }),
      program: new URL(import.meta.url),
      atMs: systemClock.now(),
      onProgress: showProgress(),
    })
    process.stdout.write(reportText(report, { json: values.json ?? false, language }))
    return exitCodeOf(report)
  } catch (error) {
    if (!cannotBeRead(error)) throw error
    process.stderr.write(`${error.message}  [${error.code}]\n`)
    return 2
  }
}

function readArguments() {
  const repeatable = { type: 'string', multiple: true } as const
  return parseArgs({
    allowPositionals: true,
    options: {
      key: repeatable,
      'timestamp-root': repeatable,
      held: repeatable,
      policy: { type: 'string' },
      entry: { type: 'string' },
      threads: { type: 'string' },
      language: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
}

function showProgress(): (done: number, total: number) => void {
  let shown = 0
  return (done, total) => {
    const percent = Math.floor((100 * done) / Math.max(1, total))
    if (!process.stderr.isTTY || percent === shown) return
    shown = percent
    process.stderr.write(done < total ? `\r${percent} %` : '\r\u001b[2K')
  }
}
