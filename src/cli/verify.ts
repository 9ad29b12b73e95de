import { Command } from 'commander'
import { systemClock } from '../kernel/index.ts'
import { cannotBeRead, exitCodeOf, openDatabaseEvidence, type Report, reportText, runVerify } from '../proof/index.ts'
import { showProgress } from './progress.ts'
import { withRooms } from './with-rooms.ts'
import { language, say } from './words.ts'

interface VerifyFlags {
  readonly database?: boolean
  readonly key: readonly string[]
  readonly policy?: string
  readonly timestampRoot: readonly string[]
  readonly held: readonly string[]
  readonly entry?: string
  readonly threads?: string
  readonly json?: boolean
}

/** Exit codes: 0 holds, 1 broken, 2 cannot be read or cannot be told. */
export function verifyCommand(): Command {
  const several = (value: string, before: readonly string[]) => [...before, value]
  return new Command('verify')
    .description(
      say(
        '核验台账：完整性、权限先后、锚定、完备性；导出文件、文件夹、网址或本机数据库',
        'verify the ledger: integrity, order of authority, anchoring, completeness; an export, a folder, an address, or the database here',
      ),
    )
    .argument(
      '[target]',
      say('导出文件、.tlog-proof、文件夹或网址', 'an export, a .tlog-proof, a folder or an address'),
    )
    .option('--database', say('核验本机数据库（不给目标时即是）', 'the database here (so without a target)'))
    .option('--key <vkey>', say('您核对过的台账公钥', 'a key of the log that you confirmed'), several, [])
    .option(
      '--policy <file>',
      say('您信任的台账与见证人（C2SP tlog-policy）', 'logs and witnesses you trust (C2SP tlog-policy)'),
    )
    .option(
      '--timestamp-root <file>',
      say('时间戳机构根证书（PEM）', 'certificates of time-stamp authorities (PEM)'),
      several,
      [],
    )
    .option('--held <file>', say('您留存的检查点或 .tlog-proof', 'a checkpoint or .tlog-proof you kept'), several, [])
    .option('--entry <file>', say('.tlog-proof 所指条目的原文', 'the entry that a .tlog-proof is about'))
    .option('--threads <n>', say('线程数', 'number of threads'))
    .option('--json', say('输出 JSON', 'print JSON'))
    .action(async (target: string | undefined, flags: VerifyFlags) => {
      try {
        const report = target === undefined || flags.database ? await ofDatabase(flags) : await verify(target, flags)
        process.stdout.write(reportText(report, { json: flags.json ?? false, language }))
        process.exitCode = exitCodeOf(report)
      } catch (error) {
        if (!cannotBeRead(error)) throw error
        console.error(`${error.message}  [${error.code}]`)
        process.exitCode = 2
      }
    })
}

/** The keys of this installation are confirmed by whoever runs it. */
function ofDatabase(flags: VerifyFlags): Promise<Report> {
  return withRooms(async (rooms) => {
    const evidence = await openDatabaseEvidence(rooms.ground.database, rooms.origin, rooms.archived)
    const own = [rooms.signer, rooms.guomiSigner].flatMap((signer) => (signer ? [signer.verifierKey] : []))
    return verify(evidence, { ...flags, key: [...flags.key, ...own] })
  })
}

async function verify(target: Parameters<typeof runVerify>[0]['target'], flags: VerifyFlags): Promise<Report> {
  const progress = showProgress(process.stderr)
  progress.step(['核验', 'verifying'])
  const report = await runVerify({
    target,
    keys: flags.key,
    timestampRoots: flags.timestampRoot,
    held: flags.held,
    ...(flags.policy !== undefined && { policy: flags.policy }),
    ...(flags.entry !== undefined && { entry: flags.entry }),
    ...(flags.threads !== undefined && { threads: Number(flags.threads) }),
    atMs: systemClock.now(),
    onProgress: (done, total) => progress.advance(done, total),
  })
  progress.finish()
  return report
}
