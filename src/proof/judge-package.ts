import type { SuiteName } from '../crypto/index.ts'
import type { AnchoringResult } from './anchoring-check.ts'
import type { Findings } from './finding.ts'
import { anchoringVerdict } from './judge.ts'
import type { Answer, ExportPackage } from './package.ts'
import type { SignedCheckpoint } from './signed-checkpoint.ts'
import { composeVerdict, type Report, sequenceList, timeText, type Verdict, type Words } from './verdict.ts'
import type { OpenedBody, UncoveredPart } from './verify-package.ts'

export interface JudgedPackage {
  readonly made: ExportPackage
  readonly main: SignedCheckpoint | undefined
  readonly trees: readonly { readonly suite: SuiteName; readonly signed: SignedCheckpoint }[]
  readonly opened: readonly OpenedBody[]
  readonly answer: Answer | 'differs' | undefined
  readonly findings: Findings
  readonly anchoring: AnchoringResult
  readonly notCovered: readonly UncoveredPart[]
}

/** The four verdicts on an export package, in words. */
export function judgePackage(judged: JudgedPackage): Report {
  const { made, main, trees, findings, anchoring } = judged
  const size = main?.checkpoint.size ?? 0
  return {
    origin: main?.checkpoint.origin ?? '',
    size,
    entriesRead: judged.opened.length,
    checkpoints: trees.length + made.anchors.length,
    verdicts: [integrity(judged), order(judged), anchoringVerdict(anchoring, size, findings), completeness(judged)],
    notCovered: judged.notCovered,
  }
}

function integrity({ made, main, trees, findings }: JudgedPackage): Verdict {
  const isConfirmed = trees.length > 0 && trees.every(({ signed }) => signed.signedBy?.confirmed)
  const withheld = made.entries.filter((entry) => !('body' in entry)).length
  const count = made.entries.length - withheld
  const said: Words[] = []
  if (main) {
    const { origin, size, root } = main.checkpoint
    said.push({
      zh: `以检查点（${origin}，${size} 条，树根 ${root.toString('base64')}）为准，${count} 条公开的条目逐字节、${withheld} 条未公开的条目以其哈希，均经路径归于该树根`,
      en: `measured by the checkpoint of ${origin} over ${size} entries (root ${root.toString('base64')}), the bytes of ${count} opened entries and the hashes of ${withheld} withheld ones lead to that root`,
    })
  }
  for (const { suite, signed } of trees) {
    const key = signed.signedBy?.verifier
    const id = key?.keyId.toString(16).padStart(8, '0')
    const tree =
      suite === 'guomi'
        ? { zh: '国密树（SM3、SM2）', en: 'the SM3 tree' }
        : { zh: 'SHA-256 树', en: 'the SHA-256 tree' }
    if (!key) {
      said.push({
        zh: `${tree.zh}的签名未能核对，因为没有其公钥`,
        en: `the signature of ${tree.en} could not be checked, because no key for it is known here`,
      })
    } else {
      said.push({
        zh: `${tree.zh}由密钥 ${key.name}（编号 ${id}）签名${signed.signedBy?.confirmed ? '' : '；该密钥您尚未确认，请向机构核对后再据此判断'}`,
        en: `${tree.en} is signed by key ${key.name} (id ${id})${signed.signedBy?.confirmed ? '' : '; you have not confirmed this key: compare it with its owner before you rely on it'}`,
      })
    }
  }
  return composeVerdict(findings, 'integrity', isConfirmed, {
    holds: { zh: '完整性：成立。未发现任何改动', en: 'Integrity holds: nothing was found altered' },
    broken: (places) => ({ zh: `完整性：不成立，发现 ${places} 处`, en: `Integrity is broken, in ${places} places` }),
    untold: {
      zh: '完整性：无法断定。所附数据彼此一致',
      en: 'Integrity cannot be told: what is here agrees with itself',
    },
    said,
  })
}

function order({ opened, findings }: JudgedPackage): Verdict {
  const times = opened.flatMap(({ entry }) => (entry ? [Date.parse(entry.recorded)] : []))
  return composeVerdict(findings, 'order', false, {
    holds: { zh: '权限先后：成立', en: 'Order of authority holds' },
    broken: (count) => ({
      zh: `权限先后：不成立，发现 ${count} 处`,
      en: `Order of authority is broken, in ${count} places`,
    }),
    untold: {
      zh: '权限先后：无法断定。摘录不含其间的全部条目，其所含者未见违反',
      en: 'Order of authority cannot be told: an excerpt lacks the entries between; what it has says nothing against it',
    },
    said:
      times.length === 0
        ? []
        : [
            {
              zh: `所含条目记录于${timeText(Math.min(...times))}至${timeText(Math.max(...times))}`,
              en: `its entries were recorded from ${timeText(Math.min(...times))} to ${timeText(Math.max(...times))}`,
            },
          ],
  })
}

function completeness({ made, opened, answer, findings }: JudgedPackage): Verdict {
  const said: Words[] = []
  const asking = made.asking && opened.find(({ sequence }) => sequence === made.asking!.sequence)?.entry
  if (made.asking && asking && answer !== undefined && answer !== 'differs') {
    const who = asking.actor?.person ?? asking.actor?.application ?? '—'
    const question = JSON.stringify(asking.detail?.question ?? {})
    said.push({
      zh: `由 ${who} 于 ${timeText(Date.parse(asking.recorded))} 提出（回执：第 ${made.asking.sequence} 条），所问：${question}`,
      en: `asked by ${who} at ${timeText(Date.parse(asking.recorded))} (receipt: entry ${made.asking.sequence}), for ${question}`,
    })
    said.push({
      zh: `台账在给出之前即载明：截至第 ${answer.completeAsOf} 条之前，共 ${answer.count} 条；此处所附正是这 ${answer.count} 条，次序相同。其是否遗漏，须以整部台账核对`,
      en: `the ledger stated before it was given: ${answer.count} entries, complete below ${answer.completeAsOf}; what is here is exactly these, in this order. That the answer itself left nothing out, only the whole ledger can tell`,
    })
  }
  const present = new Set(opened.map(({ sequence }) => sequence))
  const elsewhere = [
    ...new Set(
      opened.flatMap(({ entry }) =>
        entry?.follows !== undefined && !present.has(entry.follows) ? [entry.follows] : [],
      ),
    ),
  ]
  if (elsewhere.length > 0) {
    said.push({
      zh: `所依据的许可有 ${elsewhere.length} 条不在其中：${sequenceList(elsewhere, elsewhere.length)}`,
      en: `${elsewhere.length} permits that its entries follow are not among them: ${sequenceList(elsewhere, elsewhere.length)}`,
    })
  }
  return composeVerdict(findings, 'completeness', answer !== undefined, {
    holds: {
      zh: '完备性：成立。所附即台账所载明的全部结果',
      en: 'Completeness holds: this is the whole answer that the ledger stated',
    },
    broken: (count) => ({ zh: `完备性：不成立，发现 ${count} 处`, en: `Completeness is broken, in ${count} places` }),
    untold: {
      zh: '完备性：无法断定。没有载明所问与结果的条目',
      en: 'Completeness cannot be told: no entry here states what was asked and answered',
    },
    said,
  })
}
