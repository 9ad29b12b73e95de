import { Command } from 'commander'
import {
  allTimestamps,
  entriesDiffer,
  type OwnLog,
  ownLog,
  readAnchoringConfiguration,
  readArchive,
  reignsOf,
  rotateKey,
  successionsOf,
} from '../anchoring/index.ts'
import {
  type ImprintAlgorithm,
  keyNoteSigner,
  type NoteSigner,
  openSigningKey,
  parseKeyAddress,
  parseVerifierKey,
  type SuiteName,
  verifyArchive,
} from '../crypto/index.ts'
import { keyFileAddress } from '../joints/note-signers.ts'
import { InvalidInput } from '../kernel/index.ts'
import type { Rooms } from '../rooms.ts'
import { withRooms } from './with-rooms.ts'
import { say } from './words.ts'

/** Ceremonies of the ledger: what is done by hand, rarely, and told in it. */
export function ledgerCommand(): Command {
  const ledger = new Command('ledger').description(
    say('台账的密钥、时间戳与长期存证', 'keys, time-stamps and archive of the ledger'),
  )
  for (const command of [keysCommand, stampCommand, rotateKeyCommand, reanchorCommand, archiveCommand]) {
    ledger.addCommand(command())
  }
  return ledger
}

function keysCommand(): Command {
  return new Command('keys')
    .description(
      say('打印各台账的公钥（vkey），交给见证与核查人员', 'print the verifier keys, for witnesses and verifiers'),
    )
    .action(() =>
      withRooms(async (rooms) => {
        for (const { suite, signer } of logsOf(rooms)) {
          const notes = await successionsOf(rooms.ground.database, signer.name)
          const former = reignsOf(signer.name, notes).slice(0, -1)
          for (const { verifierKey, upTo } of former) console.log(`log ${verifierKey} ${suite} ≤ ${upTo}`)
          console.log(`log ${signer.verifierKey} ${suite}`)
        }
      }),
    )
}

function stampCommand(): Command {
  return new Command('stamp')
    .description(say('立即为各台账加盖时间戳并互相锚定', 'stamp the logs now, and bind them into each other'))
    .action(() =>
      withRooms(async ({ anchoring }) => {
        for (const { ownLog, checkpoint, stamped } of await anchoring.anchor()) {
          const time = stamped ? new Date(stamped.timestamp.timeMs).toISOString() : say('无时间戳机构', 'no authority')
          console.log(`${ownLog.origin}  ${checkpoint.size}  ${time}  ${stamped?.timestamp.authority ?? ''}`)
        }
      }),
    )
}

function rotateKeyCommand(): Command {
  return new Command('rotate-key')
    .description(
      say(
        '更换台账签名密钥：新旧两把共同签署交接文书，记入台账',
        'hand a log over to a new key, by a statement both keys sign and the ledger holds',
      ),
    )
    .option('--log <suite>', say('international 或 guomi', 'international or guomi'), 'international')
    .option(
      '--to <address>',
      say('新密钥所在（file:、pkcs11:、https:）', 'where the new key is kept (file:, pkcs11:, https:)'),
    )
    .action((options: { log: string; to?: string }) =>
      withRooms(async (rooms) => {
        const suite = suiteOf(options.log)
        const log = logsOf(rooms).find((each) => each.suite === suite)
        if (!log) throw wrong('--log', '未启用此台账', 'this log is not kept here')
        const { database } = rooms.ground
        const number = (await successionsOf(database, log.signer.name)).length + 1
        const setting = suite === 'guomi' ? 'LEDGER_GM_KEY' : 'LEDGER_KEY'
        const address = options.to ?? keyFileAddress(rooms.configuration, suite, number)
        if (options.to === undefined && log.configured !== undefined) {
          throw wrong('--to', '已配置密钥位置，须指明新密钥', 'the key is configured: say where the new one is')
        }
        const key = await openSigningKey(parseKeyAddress('--to', address), suite)
        try {
          const to = keyNoteSigner(log.signer.name, key)
          const note = await rotateKey({ database, ledger: rooms.ledger, ownLog: log.ownLog, from: log.signer, to })
          console.log(note)
          console.error(
            say(
              `已交接。${options.to ? `请把 ${setting} 改为 ${address} 并重启各服务进程，再` : '各服务进程将自行改用新密钥；请'}把新公钥交给见证机构：\nlog ${to.verifierKey}`,
              `Handed over. ${options.to ? `Set ${setting} to ${address} and restart the servers. ` : 'The servers take the new key over by themselves. '}Give it to the witnesses:\nlog ${to.verifierKey}`,
            ),
          )
        } finally {
          await key.close()
        }
      }),
    )
}

function reanchorCommand(): Command {
  return new Command('reanchor')
    .description(
      say(
        '长期存证续期：以新的摘要算法重新摘要全部凭据并加盖时间戳（RFC 4998）',
        'renew the archive: digest all evidence anew and have it stamped (RFC 4998)',
      ),
    )
    .option('--algorithm <name>', 'sha256, sha384, sha512, sm3', 'sha512')
    .option('--entries', say('连同全部条目的原文重新摘要', 'digest the bytes of every entry anew too'), false)
    .action((options: { algorithm: string; entries: boolean }) =>
      withRooms(async ({ anchoring }) => {
        const algorithm = algorithmOf(options.algorithm)
        const made = await anchoring.reanchor({ algorithm, withEntries: options.entries })
        console.log(
          `${made.number}  ${algorithm}  ${new Date(made.timestamp.timeMs).toISOString()}  ${made.timestamp.authority}`,
        )
      }),
    )
}

function archiveCommand(): Command {
  return new Command('archive')
    .description(say('核验长期存证的时间戳链', 'verify the chain of archive time-stamps'))
    .option(
      '--entries',
      say('并核对各条目原文与存证时一致', 'and that the bytes of the entries are those that were digested'),
      false,
    )
    .action((options: { entries: boolean }) =>
      withRooms(async ({ ground: { database }, clock, tree }) => {
        const { authority } = await readAnchoringConfiguration(process.env)
        const [links, stamps] = [await readArchive(database), await allTimestamps(database)]
        const tokens = stamps.map(({ token }) => token)
        const verdict = verifyArchive(links, { roots: authority?.roots ?? [], tokens, atMs: clock.now() })
        if (verdict.outcome === 'refused') {
          console.error(
            say(
              `第 ${verdict.link} 环不成立：${verdict.problem}`,
              `link ${verdict.link} does not hold: ${verdict.problem}`,
            ),
          )
          process.exitCode = 1
          return
        }
        const differing = options.entries ? await entriesDiffer(tree.tile, links) : undefined
        if (differing !== undefined) {
          console.error(
            say(`条目原文与第 ${differing} 环存证时不同`, `the entries are not those that link ${differing} digested`),
          )
          process.exitCode = 1
          return
        }
        for (const [i, { timeMs, algorithm, authority: by }] of verdict.links.entries()) {
          console.log(`${i}  ${algorithm}  ${new Date(timeMs).toISOString()}  ${by}`)
        }
        console.log(
          say(
            `共 ${links.length} 环，均成立；时间戳 ${tokens.length} 枚`,
            `${links.length} links hold; ${tokens.length} time-stamps`,
          ),
        )
      }),
    )
}

interface LogHere {
  readonly suite: SuiteName
  readonly signer: NoteSigner
  readonly ownLog: OwnLog
  /** Where its key is kept, if a setting says so. */
  readonly configured: string | undefined
}

function logsOf(rooms: Rooms): readonly LogHere[] {
  const { signer, guomiSigner, configuration, formerVerifiers } = rooms
  const { database } = rooms.ground
  const here = (suite: SuiteName, by: NoteSigner, configured: string | undefined): LogHere => {
    const former = formerVerifiers.filter(({ name }) => name === by.name)
    const verifiers = [parseVerifierKey(by.verifierKey), ...former]
    return { suite, signer: by, configured, ownLog: ownLog(suite, { database, origin: by.name, verifiers }) }
  }
  return [
    here('international', signer, configuration.ledgerKey),
    ...(guomiSigner ? [here('guomi', guomiSigner, configuration.ledgerGuomiKey)] : []),
  ]
}

function suiteOf(text: string): SuiteName {
  if (text === 'international' || text === 'guomi') return text
  throw wrong('--log', '只能是 international 或 guomi', 'is international or guomi')
}

function algorithmOf(text: string): ImprintAlgorithm {
  const found = (['sha256', 'sha384', 'sha512', 'sm3'] as const).find((each) => each === text)
  if (found === undefined) throw wrong('--algorithm', '不支持的摘要算法', 'is sha256, sha384, sha512 or sm3')
  return found
}

const wrong = (field: string, zh: string, en: string) => new InvalidInput([{ field, rule: 'invalid', zh, en }])
