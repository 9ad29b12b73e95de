import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cosigner, international, parseWitnessPolicy, splitNote, withCosignatures } from '../crypto/index.ts'
import { soloCrew } from './crew.ts'
import { type Problem, problems } from './finding.ts'
import { findingWords } from './finding-words.ts'
import { reportJson, tellReport } from './tell-report.ts'
import { growLog, pathsOf } from './test-log.ts'
import { storyStart, tellStory } from './test-story.ts'
import { openTiledEvidence } from './tiled-evidence.ts'
import { verifyEvidence } from './verify-evidence.ts'

// The words are a promise: experts quote them. Keys and roots are drawn anew each time, so they are put in here.

const witness = cosigner('office.example', international.generatePrivateKey())

async function reportOn(change: (story: ReturnType<typeof tellStory>) => void) {
  const story = tellStory()
  story.uses(3, 0)
  change(story)
  const log = await growLog(story.bodies)
  const files = await log.files()
  const note = files.get('checkpoint')!.toString()
  const line = witness.cosign(splitNote(note).text, Math.floor(storyStart / 1000) + 60).trimEnd()
  files.set('checkpoint', Buffer.from(withCosignatures(note, [line])))
  const report = await verifyEvidence(await openTiledEvidence(pathsOf(files)), {
    trust: {
      logs: [log.signer.verifierKey],
      policy: parseWitnessPolicy(`witness 纪检办 ${witness.verifierKey}\nquorum 纪检办\n`),
      timestampRoots: [],
    },
    crew: soloCrew(),
    atMs: storyStart,
  })
  const known = (text: string) =>
    text
      .replaceAll(log.root(story.bodies.length).toString('base64'), 'ROOT')
      .replaceAll(log.signer.keyId.toString(16).padStart(8, '0'), 'KEYID')
  return { report, known }
}

test('a log that holds, in both languages', async () => {
  const { report, known } = await reportOn((story) => story.permit(0))
  assert.equal(
    known(tellReport(report, 'en')),
    `chartward.local/test-hospital: 7 entries, 7 read, 1 checkpoints

✓ Integrity holds: nothing was found altered
    measured by the checkpoint of chartward.local/test-hospital over 7 entries (root ROOT), every byte of each entry and the whole tree were recomputed, and 1 checkpoints checked

✓ Order of authority holds
    3 releases, exposures and writes were judged: each stands at the epoch of authority its permit was decided under, so nothing that may refuse it stands between
    recorded times run from 2026-11-22T08:00:01.000Z to 2026-11-22T08:00:07.000Z, and go back nowhere by more than 30 seconds

✓ Anchoring holds: third parties that you trust vouch for entries 0 to 6
    key chartward.local/test-hospital (id KEYID) signed 1 checkpoints, of 7 to 7 entries
    witness 纪检办 cosigned entries 0 to 6 at 2026-11-22T08:01:00.000Z; first, entries 0 to 6 at 2026-11-22T08:01:00.000Z

✓ Completeness holds
    the sequence runs from 0 to 6 without a gap: 7 entries
    1 permits have no release, withholding or write after them: 6
`,
  )
  assert.equal(
    known(tellReport(report, 'zh')),
    `chartward.local/test-hospital：共 7 条，读取 7 条，检查点 1 个

✓ 完整性：成立。未发现任何改动
    以检查点（chartward.local/test-hospital，7 条，树根 ROOT）为准，重算了第 0 至 6 条的每一字节及整棵哈希树，并核对了 1 个检查点

✓ 权限先后：成立
    共 3 次放行、展示与写入：每一次所处的权限时钟都与其许可作出时相同，即其间没有任何可能收回该权的变更
    记录时间从2026-11-22T08:00:01.000Z到2026-11-22T08:00:07.000Z，回退均未超过 30 秒

✓ 锚定：成立。第 0 至 6 条由您信任的第三方见证
    密钥 chartward.local/test-hospital（编号 KEYID）签署了 1 个检查点，7 至 7 条
    见证人 纪检办 于2026-11-22T08:01:00.000Z联署，覆盖第 0 至 6 条；最早于2026-11-22T08:01:00.000Z覆盖至第 6 条

✓ 完备性：成立
    序号自 0 至 6 连续，共 7 条
    1 个许可之后没有放行、不予提供或写入的记载：6
`,
  )
})

test('what is broken is told with its first bad entry, in both languages and for machines', async () => {
  const { report } = await reportOn((story) => {
    const permit = story.permit(0)
    story.raise()
    story.follow('release', permit)
  })
  assert.match(
    tellReport(report, 'en'),
    /^✗ Order of authority is broken, in 1 places\n {4}entry 8: it was released under a permit decided before a change that may refuse it \(see entry 6\) {2}\[epoch-passed\]$/m,
  )
  assert.match(
    tellReport(report, 'zh'),
    /^✗ 权限先后：不成立，发现 1 处\n {4}第 8 条：在可能收回此权的变更之后，仍按变更之前的许可放行（参见第 6 条） {2}\[epoch-passed\]$/m,
  )
  const [, order] = JSON.parse(reportJson(report)).verdicts
  assert.deepEqual(
    [order.name, order.verdict, order.findings[0].problem, order.findings[0].sequence],
    ['order', 'broken', 'epoch-passed', 8],
  )
  assert.match(order.findings[0].words.zh, /^第 8 条：/)
})

test('every problem has words of its own in both languages', () => {
  const all = (Object.keys(problems) as Problem[]).map((problem) => findingWords({ problem, sequence: 3 }))
  assert.equal(new Set(all.map(({ zh }) => zh)).size, all.length)
  assert.equal(new Set(all.map(({ en }) => en)).size, all.length)
  for (const { zh, en } of all) {
    assert.match(zh, /^第 3 条：.*\p{Script=Han}/u)
    assert.match(en, /^entry 3: [a-z ]/)
  }
})
