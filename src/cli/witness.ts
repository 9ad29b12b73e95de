import { Command } from 'commander'
import { openWitness } from '../anchoring/index.ts'
import { openLog } from '../kernel/index.ts'
import { untilStopped } from './stop.ts'
import { say } from './words.ts'

interface WitnessCommandOptions {
  readonly folder: string
  readonly logs: string
  readonly name?: string
  readonly host: string
  readonly port: string
}

export function witnessCommand(): Command {
  return new Command('witness')
    .description(
      say(
        '为别处的台账作见证（C2SP tlog-witness）：由纪检、卫生健康行政部门等院外机构运行，不需数据库，只看到摘要',
        'witness the ledgers of others (C2SP tlog-witness): for a discipline office or a health administration, without a database, seeing digests only',
      ),
    )
    .requiredOption(
      '--folder <path>',
      say('密钥与状态所在目录，首次启动时建立', 'key and state; made on the first start'),
    )
    .requiredOption(
      '--logs <file>',
      say('所见证台账的清单，每行：log <vkey> [名称]', 'list of trusted ledgers, one a line: log <vkey> [title]'),
    )
    .option('--name <name>', say('见证名称，首次启动须给出', 'name of the witness, needed on the first start'))
    .option('--host <address>', say('监听地址', 'address to listen on'), '127.0.0.1')
    .option('--port <n>', say('端口', 'TCP port'), '8720')
    .addHelpText(
      'after',
      `\n${say(
        '启动后打印本见证的 vkey：把它交给医院（写入 LEDGER_WITNESSES 所指的文件）和核查人员。浏览器打开所示地址可查看见证情况。详见 docs/witness.md。',
        'On start it prints the vkey of this witness: give it to the hospital (for the file LEDGER_WITNESSES names) and to whoever checks. The address shows in a browser what is witnessed. See docs/witness.md.',
      )}`,
    )
    .action(async (options: WitnessCommandOptions) => {
      const stopped = untilStopped()
      const witness = await openWitness({
        folder: options.folder,
        logsFile: options.logs,
        ...(options.name !== undefined && { name: options.name }),
        host: options.host,
        port: Number(options.port),
        log: openLog('info'),
      })
      console.error(`  ${witness.address}`)
      console.error(`  witness ${witness.name} ${witness.verifierKey} ${witness.address}`)
      await stopped
      await witness.close()
    })
}
