import { type ExportAccount, usesIn } from './export-order.ts'
import { timeIn } from './exported-use.ts'
import { questionWords, reasonWords } from './question-words.ts'
import { purposeWords } from './words.ts'

/** What an inspector finds beside the table: what this is, who asked and why, and how to check it. */
export function readMe(account: ExportAccount, files: readonly string[]): string {
  const { use, receipt, asker, parts } = account
  const question = questionWords(use.terms)
  const asked = timeIn(account.timeZone, receipt.recorded)
  const [purpose, reason] = [purposeWords[use.purpose], reasonWords[use.reason.code]]
  const proofs = files.filter((name) => name.startsWith('proof'))
  const zh = [
    '守历 · 病历使用留痕导出',
    '',
    `机构：${account.institution}`,
    `本件标记（导出回执号）：${receipt.sequence}`,
    `导出人：${asker.name}（${asker.staffNumber}）${asker.posts.join('；')}`,
    `导出时间：${asked}（${account.timeZone}）`,
    `目的：${purpose[0]}    理由：${reason[0]}：${use.reason.text}`,
    `所问：${question.map(([text]) => text).join('；') || '全部留痕'}`,
    `结果：${usesIn(parts)} 条，截至台账第 ${receipt.sequence} 条之前，一条不少`,
    '',
    '文件',
    ...files.map((name) => `  ${name}  ${fileWords(name)[0]}`),
    '  checkpoint.txt  已签名的检查点',
    '',
    '如何核验（无须本系统、无须联网，也不必相信本院）',
    ...proofs.map((name) => `  chartward verify ${name}`),
    '  核验程序逐条重算哈希与路径，并对照检查点签名及见证；表格供阅读，以证明包所载原文为准。',
  ]
  const en = [
    'Chartward · export of a trace of uses',
    '',
    `Institution: ${account.institution}`,
    `Mark of this copy (receipt of the export): ${receipt.sequence}`,
    `Exported by: ${asker.name} (${asker.staffNumber})`,
    `At: ${asked} (${account.timeZone})`,
    `Purpose: ${purpose[1]}    Reason: ${reason[1]}: ${use.reason.text}`,
    `Question: ${question.map(([, text]) => text).join('; ') || 'the whole trace'}`,
    `Answer: ${usesIn(parts)} entries, complete below entry ${receipt.sequence} of the ledger`,
    '',
    'Files',
    ...files.map((name) => `  ${name}  ${fileWords(name)[1]}`),
    '  checkpoint.txt  the signed checkpoint',
    '',
    'How to check it (without this system, without a network, without trusting the hospital)',
    ...proofs.map((name) => `  chartward verify ${name}`),
    '  The verifier recomputes every hash and path and holds them against the signed checkpoint and its witnesses. The',
    '  table is for reading; the exact text in the package is what counts.',
  ]
  return `${[...zh, '', '————', '', ...en].join('\r\n')}\r\n`
}

function fileWords(name: string): readonly [zh: string, en: string] {
  if (name.endsWith('.csv')) return ['使用留痕表，可用表格软件打开', 'the uses as a table']
  if (name.endsWith('.fhir.json')) return ['FHIR R4 审计事件', 'the uses as FHIR R4 AuditEvent']
  return ['证明包：原文、路径与检查点', 'proof package: exact entries, paths, checkpoint']
}
