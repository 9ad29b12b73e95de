import { Command } from 'commander'
import { parseVerifierKey } from '../crypto/index.ts'
import { readConfiguration } from '../kernel/index.ts'
import { type Finding, verifyLedger } from '../ledger/index.ts'
import { openRooms } from '../main.ts'
import { say } from './words.ts'

const findings: Record<Finding['problem'], readonly [zh: string, en: string]> = {
  'entry-missing': ['序号中断：此处有条目被取走', 'the sequence has a hole here: an entry was taken out'],
  'entry-altered': ['条目内容与其哈希不符', 'the bytes of the entry do not have the hash stored beside them'],
  'entry-replaced': ['条目与生成时的哈希树不符', 'the entry is not the one the tree was made of'],
  'tile-missing': ['覆盖该条目的哈希块缺失', 'the tile that should cover the entry is missing'],
  'root-differs': ['重算的树根与已签名的检查点不符', 'the recomputed root is not the one that was signed'],
  'head-differs': ['台账头记录的长度与条目数不符', 'the head names another size than the journal has'],
  'checkpoint-invalid': [
    '检查点的文字、签名或链接有误',
    'a checkpoint’s text, signature or chain is not what it must be',
  ],
}

export function verifyCommand(): Command {
  return new Command('verify')
    .description(
      say('重算台账，逐条核对哈希、树与检查点', 'recompute the ledger: every hash, the tree, the checkpoints'),
    )
    .action(async () => {
      const rooms = await openRooms(readConfiguration(process.env), { demonstration: true })
      try {
        const verification = await verifyLedger({
          database: rooms.ground.database,
          origin: rooms.origin,
          verifiers: [parseVerifierKey(rooms.signer.verifierKey)],
        })
        const { entries, checkpoints, uncovered, finding } = verification
        console.log(
          say(
            `已核对 ${entries} 条，检查点 ${checkpoints} 个，尚未覆盖 ${uncovered} 条`,
            `${entries} entries verified, ${checkpoints} checkpoints, ${uncovered} not covered yet`,
          ),
        )
        if (finding) {
          console.error(
            say(
              `第 ${finding.sequence} 条：${findings[finding.problem][0]}`,
              `entry ${finding.sequence}: ${findings[finding.problem][1]}`,
            ),
          )
          process.exitCode = 1
        }
      } finally {
        await rooms.close()
      }
    })
}
