import type { AbsenceResult } from './absence-check.ts'
import type { AnchoringResult } from './anchoring-check.ts'
import type { CompletenessResult } from './completeness-check.ts'
import type { Evidence, EvidenceTree } from './evidence.ts'
import type { Findings } from './finding.ts'
import type { OrderResult } from './order-check.ts'
import type { TreeResult } from './tree-check.ts'
import { composeVerdict, type Report, sequenceList, timeText, type Verdict, type Words } from './verdict.ts'

export interface Judged {
  readonly evidence: Evidence
  readonly findings: Findings
  readonly read: number
  readonly trees: readonly (TreeResult & { readonly tree: EvidenceTree })[]
  readonly order: OrderResult
  readonly completeness: CompletenessResult
  readonly absence: AbsenceResult
  readonly anchoring: AnchoringResult
  readonly toleranceMs: number
}

/** Puts what was found into four verdicts, in words that say what each rests on and what it leaves open. */
export function judge(judged: Judged): Report {
  const { evidence, read, trees } = judged
  return {
    origin: evidence.origin,
    size: evidence.size,
    entriesRead: read,
    checkpoints: trees.reduce((sum, tree) => sum + tree.checkpoints, 0),
    verdicts: [
      integrity(judged),
      order(judged),
      anchoringVerdict(judged.anchoring, evidence.size, judged.findings),
      completeness(judged),
    ],
    notCovered: uncovered(judged),
  }
}

function integrity(judged: Judged): Verdict {
  const { evidence, findings, read, trees } = judged
  const [main] = trees
  const newest = main?.newest
  const said: Words[] = []
  if (newest) {
    const { size, root } = newest.checkpoint
    said.push({
      zh: `以检查点（${evidence.origin}，${size} 条，树根 ${root.toString('base64')}）为准，重算了${read > 0 ? `第 0 至 ${size - 1} 条的每一字节及` : ''}整棵哈希树，并核对了 ${main.checkpoints} 个检查点`,
      en: `measured by the checkpoint of ${evidence.origin} over ${size} entries (root ${root.toString('base64')}), ${read > 0 ? 'every byte of each entry and the whole tree were' : 'the whole tree was'} recomputed, and ${main.checkpoints} checkpoints checked`,
    })
  }
  for (const { tree, checkpoints } of trees.slice(1)) {
    said.push({
      zh: `同一批条目的国密树（SM3、SM2）也已重算，核对了 ${checkpoints} 个检查点，至 ${tree.covered} 条`,
      en: `the SM3 tree over the same entries was recomputed too, with ${checkpoints} checkpoints up to ${tree.covered} entries`,
    })
  }
  const tail = Math.max(0, evidence.size - (main?.tree.covered ?? 0))
  if (tail > 0) {
    said.push({
      zh: `末尾 ${tail} 条尚无检查点覆盖，只核对了它们自身`,
      en: `the last ${tail} entries are covered by no checkpoint yet: only they themselves were checked`,
    })
  }
  said.push(...absenceWords(judged.absence))
  const unconfirmed = trees.filter((tree) => tree.checkpoints > 0 && tree.confirmed < tree.checkpoints)
  for (const { newest: signed, tree } of unconfirmed) {
    const key = signed?.signedBy?.verifier
    const id = key?.keyId.toString(16).padStart(8, '0')
    said.push({
      zh: key
        ? `${tree.origin} 的签名出自您尚未确认的密钥（${key.name}，编号 ${id}）：请向机构核对后再据此判断`
        : `${tree.origin} 的签名未能核对，因为您没有给出其公钥`,
      en: key
        ? `the signatures of ${tree.origin} are by a key you have not confirmed (${key.name}, id ${id}): compare it with its owner before you rely on it`
        : `the signatures of ${tree.origin} could not be checked, because you gave no key for it`,
    })
  }
  const isTold = newest !== undefined && main !== undefined && main.confirmed === main.checkpoints
  return composeVerdict(findings, 'integrity', isTold, {
    holds: { zh: '完整性：成立。未发现任何改动', en: 'Integrity holds: nothing was found altered' },
    broken: (count) => ({ zh: `完整性：不成立，发现 ${count} 处`, en: `Integrity is broken, in ${count} places` }),
    untold: newest
      ? { zh: '完整性：无法断定。所附数据彼此一致', en: 'Integrity cannot be told: what is here agrees with itself' }
      : { zh: '完整性：无法断定。没有检查点', en: 'Integrity cannot be told: there is no checkpoint' },
    said,
  })
}

/** What was archived or expired is no fault: it is told what could not be read, and by which rule it is gone. */
function absenceWords({ notAtHand, volumes, expired, expiries }: AbsenceResult): readonly Words[] {
  const said: Words[] = []
  if (notAtHand > 0) {
    said.push({
      zh: `${notAtHand} 条的内容在未接入的归档卷中（${volumes.join('、')}），只核对了哈希`,
      en: `the text of ${notAtHand} entries is in volumes that are not at hand (${volumes.join(', ')}): only their hashes were checked`,
    })
  }
  if (expired > 0) {
    const by = expiries.map(({ sequence, rules }) => {
      const each = Object.entries(rules).map(([rule, count]) => `${rule}: ${count}`)
      return { sequence, each: each.join(', ') }
    })
    said.push({
      zh: `${expired} 条的内容已过保存期限而清除，哈希仍在树中（${by.map(({ sequence, each }) => `第 ${sequence} 条所记：${each}`).join('；')}）`,
      en: `the text of ${expired} entries expired past its time, and their hashes stand in the tree (${by.map(({ sequence, each }) => `told in entry ${sequence}: ${each}`).join('; ')})`,
    })
  }
  return said
}

function order(judged: Judged): Verdict {
  const { findings, read, order: found, toleranceMs } = judged
  const said: Words[] = []
  if (read > 0) {
    said.push({
      zh: `共 ${found.judged} 次放行、展示与写入：每一次所处的权限时钟都与其许可作出时相同，即其间没有任何可能收回该权的变更`,
      en: `${found.judged} releases, exposures and writes were judged: each stands at the epoch of authority its permit was decided under, so nothing that may refuse it stands between`,
    })
    said.push({
      zh: `记录时间从${timeText(found.earliest)}到${timeText(found.latest)}，回退均未超过 ${toleranceMs / 1000} 秒`,
      en: `recorded times run from ${timeText(found.earliest)} to ${timeText(found.latest)}, and go back nowhere by more than ${toleranceMs / 1000} seconds`,
    })
  }
  if (found.beforeEpochBase !== undefined) {
    said.push({
      zh: `其中 ${found.beforeEpochBase} 次早于台账开始记载权限时钟，对它们无法断定`,
      en: `${found.beforeEpochBase} of these were written before the ledger told its epochs: nothing can be told of them`,
    })
  }
  if (found.spooled > 0) {
    said.push({
      zh: `${found.spooled} 次在数据库中断期间按最后所知决定，事后并入，不适用上述规则`,
      en: `${found.spooled} were decided on last known facts while the database was away and joined later: the rule does not speak of them`,
    })
  }
  if (found.upstreamWrites > 0) {
    said.push({
      zh: `${found.upstreamWrites} 次写入发生在上游系统，事后记载`,
      en: `${found.upstreamWrites} writes happened at an upstream store and were recorded after`,
    })
  }
  if (found.absent > 0) {
    said.push({
      zh: `另有 ${found.absent} 条的内容已归档或到期，只核对了哈希；跨越它们的权限时钟自其后首次使用起重新计数`,
      en: `the text of ${found.absent} more entries is in an archive or expired: only their hashes were checked, and epochs are counted anew from the first use after them`,
    })
  }
  if (found.unknown > 0) {
    said.push({
      zh: `有 ${found.unknown} 条（自第 ${found.firstUnknown} 条起）属于本程序不认识的种类或版本，未作判断`,
      en: `${found.unknown} entries, the first at ${found.firstUnknown}, are of a kind or version this program does not know and were not judged`,
    })
  }
  return composeVerdict(findings, 'order', read > 0 && found.unknown === 0, {
    holds: { zh: '权限先后：成立', en: 'Order of authority holds' },
    broken: (count) => ({
      zh: `权限先后：不成立，发现 ${count} 处`,
      en: `Order of authority is broken, in ${count} places`,
    }),
    untold:
      read > 0
        ? {
            zh: '权限先后：无法断定。所能判断者未见违反',
            en: 'Order of authority cannot be told: nothing against it was found',
          }
        : {
            zh: '权限先后：无法断定。只有哈希，没有条目',
            en: 'Order of authority cannot be told: there are only hashes',
          },
    said,
  })
}

/** @param size entries there are. */
export function anchoringVerdict(found: AnchoringResult, size: number, findings: Findings): Verdict {
  const said: Words[] = []
  for (const { name, keyId, confirmed, from, upTo, count } of found.keys) {
    const id = keyId.toString(16).padStart(8, '0')
    said.push({
      zh: `密钥 ${name}（编号 ${id}${confirmed ? '' : '，未经您确认'}）签署了 ${count} 个检查点，${from} 至 ${upTo} 条`,
      en: `key ${name} (id ${id}${confirmed ? '' : ', not confirmed by you'}) signed ${count} checkpoints, of ${from} to ${upTo} entries`,
    })
  }
  for (const witness of found.witnesses) {
    said.push({
      zh: `见证人 ${witness.name} 于${timeText(witness.atMs)}联署，覆盖第 0 至 ${witness.upTo - 1} 条；最早于${timeText(witness.firstAtMs)}覆盖至第 ${witness.firstUpTo - 1} 条`,
      en: `witness ${witness.name} cosigned entries 0 to ${witness.upTo - 1} at ${timeText(witness.atMs)}; first, entries 0 to ${witness.firstUpTo - 1} at ${timeText(witness.firstAtMs)}`,
    })
  }
  for (const authority of found.authorities) {
    said.push({
      zh: `时间戳机构 ${authority.name} 证明第 0 至 ${authority.upTo - 1} 条在${timeText(authority.atMs)}已存在；最早一枚于${timeText(authority.firstAtMs)}覆盖至第 ${authority.firstUpTo - 1} 条`,
      en: `time-stamp authority ${authority.name} says that entries 0 to ${authority.upTo - 1} existed at ${timeText(authority.atMs)}; its first stamp, of ${timeText(authority.firstAtMs)}, reaches entry ${authority.firstUpTo - 1}`,
    })
  }
  const anchored = found.quorumIsAsked
    ? (found.quorum?.upTo ?? 0)
    : Math.max(0, ...[...found.witnesses, ...found.authorities].map((one) => one.upTo))
  const tail = size - anchored
  if (anchored > 0 && tail > 0) {
    said.push({
      zh: `第 ${anchored} 条起的 ${tail} 条尚未锚定`,
      en: `the ${tail} entries from ${anchored} on are not anchored yet`,
    })
  }
  return composeVerdict(findings, 'anchoring', anchored > 0, {
    holds: {
      zh: `锚定：成立。第 0 至 ${anchored - 1} 条由您信任的第三方见证`,
      en: `Anchoring holds: third parties that you trust vouch for entries 0 to ${anchored - 1}`,
    },
    broken: (count) => ({ zh: `锚定：不成立，发现 ${count} 处`, en: `Anchoring is broken, in ${count} places` }),
    untold: {
      zh: '锚定：无法断定。没有您信任的见证人或时间戳机构足以证明',
      en: 'Anchoring cannot be told: not enough witnesses or time-stamp authorities that you trust vouch for it',
    },
    said,
  })
}

function completeness(judged: Judged): Verdict {
  const { evidence, findings, read, order: found, completeness: counted } = judged
  const said: Words[] = []
  if (read > 0) {
    said.push({
      zh: `序号自 0 至 ${evidence.size - 1} 连续，共 ${counted.entries} 条`,
      en: `the sequence runs from 0 to ${evidence.size - 1} without a gap: ${counted.entries} entries`,
    })
  }
  const open = found.openPermits.filter((sequence) => !counted.unacknowledged.has(sequence))
  if (open.length > 0) {
    said.push({
      zh: `${found.openCount} 个许可之后没有放行、不予提供或写入的记载：${sequenceList(open, found.openCount)}`,
      en: `${found.openCount} permits have no release, withholding or write after them: ${sequenceList(open, found.openCount)}`,
    })
  }
  if (counted.spoolsJoined > 0) {
    said.push({
      zh: `${counted.spoolsJoined} 个本地暂存已完整并入`,
      en: `${counted.spoolsJoined} local spools joined whole`,
    })
  }
  if (counted.spoolsOpen.length > 0) {
    said.push({
      zh: `${counted.spoolsOpen.length} 个本地暂存已登记而尚未并入：${sequenceList(counted.spoolsOpen, counted.spoolsOpen.length)}`,
      en: `${counted.spoolsOpen.length} local spools are announced and have not joined (yet): ${sequenceList(counted.spoolsOpen, counted.spoolsOpen.length)}`,
    })
  }
  if (counted.gapsHealed > 0) {
    said.push({
      zh: `台账自行记载过 ${counted.gapsHealed} 处缺口，其后已查明弥合`,
      en: `the ledger stated ${counted.gapsHealed} gaps that it healed afterwards`,
    })
  }
  if (counted.gaps.length > 0) {
    said.push({
      zh: `台账自行记载了 ${counted.gaps.length} 处缺口，未弥合：${sequenceList(counted.gaps, counted.gaps.length)}`,
      en: `the ledger itself states ${counted.gaps.length} gaps that are not healed: ${sequenceList(counted.gaps, counted.gaps.length)}`,
    })
  }
  return composeVerdict(findings, 'completeness', read > 0 && counted.gaps.length === 0, {
    holds: { zh: '完备性：成立', en: 'Completeness holds' },
    broken: (count) => ({ zh: `完备性：不成立，发现 ${count} 处`, en: `Completeness is broken, in ${count} places` }),
    untold:
      read > 0
        ? {
            zh: '完备性：无法断定。台账自身声明有缺口',
            en: 'Completeness cannot be told: the ledger itself states gaps',
          }
        : { zh: '完备性：无法断定。只有哈希，没有条目', en: 'Completeness cannot be told: there are only hashes' },
    said,
  })
}

function uncovered({ anchoring: found, evidence }: Judged): Report['notCovered'] {
  const parts: Report['notCovered'][number][] = []
  if (found.unconfirmedTimestamps > 0) {
    parts.push({
      place: 'timestamps',
      words: {
        zh: `${found.unconfirmedTimestamps} 枚时间戳的根证书未经您确认，未采用`,
        en: `${found.unconfirmedTimestamps} time-stamps lead to no certificate that you confirmed, and were not relied on`,
      },
    })
  }
  for (const { place, words } of evidence.leftOut ?? []) parts.push({ place, words })
  if (!evidence.entries) {
    parts.push({
      place: 'entries',
      words: { zh: '没有条目内容', en: 'the entries themselves are not here' },
    })
  }
  return parts
}
