import { findingWords } from './finding-words.ts'
import type { Report, Verdict, Words } from './verdict.ts'

export type Language = 'zh' | 'en'

const marks = { holds: '✓', broken: '✗', 'cannot be told': '?' } as const
const mostFindingsTold = 20

/** The report as lines for a terminal, or for the annex of an expert's opinion. */
export function tellReport(report: Report, language: Language): string {
  const say = (words: Words) => words[language]
  const lines = [
    say({
      zh: `${report.origin}：共 ${report.size} 条，读取 ${report.entriesRead} 条，检查点 ${report.checkpoints} 个`,
      en: `${report.origin}: ${report.size} entries, ${report.entriesRead} read, ${report.checkpoints} checkpoints`,
    }),
  ]
  for (const verdict of report.verdicts) lines.push('', ...tellVerdict(verdict, say))
  if (report.notCovered.length > 0) {
    lines.push('', say({ zh: '以下各处未被采用，也未受保护：', en: 'Not relied on, and not protected:' }))
    for (const { place, words } of report.notCovered) lines.push(`    ${place}  ${say(words)}`)
  }
  return `${lines.join('\n')}\n`
}

function tellVerdict({ verdict, words, findings, findingCount }: Verdict, say: (words: Words) => string): string[] {
  const [head, ...rest] = words.map(say)
  const told = findings.slice(0, mostFindingsTold)
  const more = findingCount - told.length
  return [
    `${marks[verdict]} ${head}`,
    ...rest.map((line) => `    ${line}`),
    ...told.map((finding) => `    ${say(findingWords(finding))}  [${finding.problem}]`),
    ...(more > 0 ? [say({ zh: `    另有 ${more} 处`, en: `    and ${more} more` })] : []),
  ]
}

/** The same for machines: codes, places and words in both languages. */
export function reportJson(report: Report): string {
  const verdicts = report.verdicts.map((verdict) => ({
    ...verdict,
    findings: verdict.findings.map((finding) => ({ ...finding, words: findingWords(finding) })),
  }))
  return `${JSON.stringify({ ...report, verdicts }, null, 2)}\n`
}
