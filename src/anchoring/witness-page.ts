import { parseCosignatureKey, readCosignatures, splitNote } from '../crypto/index.ts'
import type { Witness } from './add-checkpoint.ts'
import { fileOf } from './witness-state.ts'

type Words = Readonly<
  Record<'title' | 'is' | 'key' | 'log' | 'size' | 'root' | 'time' | 'none' | 'good' | 'bad' | 'note', string>
>

const zh: Words = {
  title: '见证',
  is: '本机替下列台账作见证：只认台账一直往后写，从不改写。看不到任何病历或人员信息，只看到摘要。',
  key: '本见证的公钥（vkey），请交给使用单位与核查人员',
  log: '台账',
  size: '条目数',
  root: '树根',
  time: '最近见证时间（UTC）',
  none: '尚未收到检查点',
  good: '未见矛盾',
  bad: '此台账曾签出与先前互相矛盾的检查点，证据份数：',
  note: '最近一次见证的检查点',
}
const en: Words = {
  title: 'Witness',
  is: 'This machine witnesses the ledgers below: it says of each that it has only ever grown and was never rewritten. It sees no record and no person, only digests.',
  key: 'Public key (vkey) of this witness, for the hospitals and for whoever checks',
  log: 'Ledger',
  size: 'Entries',
  root: 'Root',
  time: 'Last witnessed (UTC)',
  none: 'no checkpoint yet',
  good: 'no contradiction',
  bad: 'This ledger has signed checkpoints that contradict each other; pieces of evidence: ',
  note: 'Checkpoint witnessed last',
}

/** What a discipline office looks at: which ledgers are witnessed, how large they were and when. */
export async function witnessPage(witness: Witness, acceptLanguage: string | undefined): Promise<string> {
  const isChinese = !/^en\b/i.test(acceptLanguage ?? '')
  const words = isChinese ? zh : en
  const rows = await Promise.all([...witness.logs.values()].map((log) => logRow(witness, log, words)))
  return `<!doctype html>
<html lang="${isChinese ? 'zh-CN' : 'en'}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${words.title} ${escaped(witness.cosigner.name)}</title>
<style>
body{font:16px/1.6 system-ui,"Noto Sans CJK SC",sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2430}
code{font:13px/1.5 ui-monospace,monospace;overflow-wrap:anywhere}table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.5rem;border-bottom:1px solid #d5dbe3}.bad{color:#a8071a;font-weight:600}
</style>
<h1>${words.title} · ${escaped(witness.cosigner.name)}</h1>
<p>${words.is}</p>
<p>${words.key}<br><code>${escaped(witness.cosigner.verifierKey)}</code></p>
<table><tr><th>${words.log}</th><th>${words.size}</th><th>${words.time}</th><th>${words.root}</th></tr>
${rows.join('\n')}
</table></html>
`
}

async function logRow(
  { state, cosigner }: Witness,
  { origin, title }: { readonly origin: string; readonly title?: string },
  words: Words,
): Promise<string> {
  const [tree, evidence] = [await state.read(origin), await state.evidence(origin)]
  const name = `${title === undefined ? '' : `${escaped(title)}<br>`}<code>${escaped(origin)}</code>`
  const trust =
    evidence.length > 0
      ? `<p class="bad">${words.bad}${evidence.length}</p>`
      : tree
        ? `<br>${words.good} · <a href="/${fileOf(origin)}/checkpoint">${words.note}</a>`
        : ''
  if (!tree) return `<tr><td>${name}${trust}</td><td colspan="3">${words.none}</td></tr>`
  const { text, lines } = splitNote(tree.note)
  const [cosignature] = readCosignatures(text, lines, [parseCosignatureKey(cosigner.verifierKey)])
  const time = cosignature ? new Date(cosignature.timeSeconds * 1000).toISOString().slice(0, 19).replace('T', ' ') : '—'
  const root = tree.root.toString('base64')
  return `<tr><td>${name}${trust}</td><td>${tree.size}</td><td>${time}</td><td><code>${root}</code></td></tr>`
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
