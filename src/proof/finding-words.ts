import type { Finding, Problem } from './finding.ts'
import type { Words } from './verdict.ts'

const words: Readonly<Record<Problem, readonly [zh: string, en: string]>> = {
  'entry-missing': ['此处条目已被取走，序号中断', 'no entry stands here: it was taken out'],
  'entry-altered': ['条目内容与其旁存储的哈希不符', 'its bytes do not have the hash stored beside them'],
  'entry-replaced': ['条目不是当初计入哈希树的那一条', 'it is not the entry that the tree was made of'],
  'bundle-unreadable': [
    '自此起的一组条目缺失或无法按格式读取',
    'the bundle of entries from here on is missing or malformed',
  ],
  'tile-missing': ['覆盖此处的哈希块缺失或过窄', 'the tile that should cover it is missing or too narrow'],
  'tile-differs': ['上层哈希块与其下各块重算的结果不符', 'a tile above is not what the tiles below it make'],
  'root-differs': [
    '重算的树根与已签名的检查点不符；有误的条目在此处或其后',
    'the recomputed root is not the one that was signed; the bad entry stands here or after',
  ],
  'checkpoint-invalid': [
    '覆盖此处的检查点，其文字、签名或前后相接有误',
    'the checkpoint over it has a wrong text, signature or place in the chain',
  ],
  'trees-differ': [
    '各树的检查点大小不一，或同一棵树重复',
    'the checkpoints of the trees are not of one size, or a tree stands there twice',
  ],
  'head-differs': ['台账头记录的长度与条目数不符', 'the head names another size than the journal has'],
  'held-is-longer': [
    '您持有的检查点或回执所指的条目，此处已没有：末尾被截去，或恢复了旧备份',
    'a checkpoint or receipt that you hold speaks of entries that are not here: the end was cut off, or an old backup restored',
  ],
  'held-differs': [
    '您持有的检查点属于另一段历史：台账曾分叉或被重造',
    'a checkpoint that you hold is of another history: the log was forked or made anew',
  ],
  'path-wrong': ['该条目的路径通不到已签名的树根', 'its path does not lead to the signed root'],
  'epoch-passed': [
    '在可能收回此权的变更之后，仍按变更之前的许可放行',
    'it was released under a permit decided before a change that may refuse it',
  ],
  'follows-nothing': ['它所依据的并非在先的许可', 'what it follows is no permit before it'],
  'released-again': ['同一许可被再次使用，或在终止后使用', 'a permit was used again, or after it had ended'],
  'clock-set-back': ['时钟在此处被拨回', 'the clock was set back here'],
  'id-repeated': ['条目编号与另一条目重复', 'its id is that of another entry'],
  'epoch-base-misplaced': [
    '权限时钟的起算声明出现在不该出现之处',
    'the statement where epochs begin stands where it cannot',
  ],
  'entry-unreadable': ['内容不是格式规定的条目', 'its bytes are no entry of the format'],
  'cosignature-wrong': ['您所信任的见证人的联署签名有误', 'a cosignature of a witness that you trust is wrong'],
  'timestamp-wrong': ['时间戳不是针对此检查点，或已失效', 'a time-stamp is not over this checkpoint, or not valid'],
  'succession-wrong': [
    '密钥交接声明有误，或所指并非此树',
    'a statement of succession of keys is wrong, or of another tree',
  ],
  'anchor-differs': ['它所载的树根与该树实际不符', 'it states another root of a tree than that tree has'],
  'dated-after-anchor': [
    '记录时间晚于见证人或时间戳机构见到它的时间',
    'it is dated later than a witness or authority saw it',
  ],
  'trace-differs': ['查询索引与台账内容不符', 'the index for questions does not say what the journal says'],
  'spool-broken': ['本地暂存的留痕未能完整并入', 'what was traced in a local spool did not join whole'],
  'answer-differs': ['所附结果与台账中承诺的结果不符', 'the answer is not the one the ledger committed to'],
  'receipt-differs': ['回执所指的条目与此处的条目不是同一条', 'a receipt names another entry than stands here'],
}

/** One finding, to be read after its verdict. */
export function findingWords({ problem, sequence, against, suite }: Finding): Words {
  const [zh, en] = words[problem]
  const tree = suite === 'guomi' ? { zh: '（国密树）', en: ' (SM3 tree)' } : { zh: '', en: '' }
  const also =
    against === undefined ? { zh: '', en: '' } : { zh: `（参见第 ${against} 条）`, en: ` (see entry ${against})` }
  return {
    zh: `${sequence === undefined ? '' : `第 ${sequence} 条：`}${zh}${also.zh}${tree.zh}`,
    en: `${sequence === undefined ? '' : `entry ${sequence}: `}${en}${also.en}${tree.en}`,
  }
}
