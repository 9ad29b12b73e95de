import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { createRequire } from 'node:module'
import { finished } from 'node:stream/promises'
import PDFDocument from 'pdfkit'
import { type ExportAccount, usesIn } from './export-order.ts'
import { type ExportedUse, timeIn } from './exported-use.ts'
import { questionWords, reasonWords } from './question-words.ts'
import { purposeWords } from './words.ts'

interface Paper {
  readonly path: string
  readonly uses: AsyncIterable<ExportedUse>
  /** Proof packages: they travel inside the file, and their digests stand on the paper. */
  readonly packages: readonly string[]
}

const require = createRequire(import.meta.url)
const fontPath = (weight: 'Regular' | 'Medium') =>
  require.resolve('@embedpdf/fonts-sc').replace(/dist[/\\].*$/, `fonts/NotoSansHans-${weight}.otf`)

/** A4, in points. */
const page = { width: 595.28, height: 841.89, left: 56, right: 56, top: 62, bottom: 66 } as const
const inner = page.width - page.left - page.right
const ink = '#1d2321'
const soft = '#5c6663'
const line = '#c9cfcc'
const deep = '#0f5c55'

/** The paper for a court: who asked what and why, each use in words, and how anyone can check it. Chinese, typeset. */
export async function courtPaper(account: ExportAccount, { path, uses, packages }: Paper): Promise<void> {
  const doc = new PDFDocument({
    size: 'A4',
    margins: { left: page.left, right: page.right, top: page.top, bottom: page.bottom },
    bufferPages: true,
    pdfVersion: '1.7',
    lang: 'zh-CN',
    info: {
      Title: `病历使用留痕证明（回执 ${account.receipt.sequence}）`,
      Author: account.institution,
      Creator: 'Chartward 守历',
      CreationDate: new Date(account.receipt.recorded),
    },
  })
  const file = createWriteStream(path, { mode: 0o600 })
  doc.pipe(file)
  doc.registerFont('regular', fontPath('Regular')).registerFont('strong', fontPath('Medium'))
  heading(doc, account)
  await useTable(doc, uses, account)
  const digests = await Promise.all(packages.map(sha256OfFile))
  verification(doc, account, digests)
  for (const [at, from] of packages.entries()) {
    doc.file(from, { name: packages.length === 1 ? 'proof.json' : `proof-${at + 1}.json`, type: 'application/json' })
  }
  mark(doc, account)
  doc.end()
  await finished(file)
}

type Doc = InstanceType<typeof PDFDocument>

function heading(doc: Doc, account: ExportAccount): void {
  const { use, asker, receipt, parts, timeZone } = account
  doc.font('regular').fontSize(10.5).fillColor(soft).text(account.institution)
  doc.font('strong').fontSize(21).fillColor(ink).text('病历使用留痕证明', { paragraphGap: 4 })
  doc
    .moveTo(page.left, doc.y + 2)
    .lineTo(page.width - page.right, doc.y + 2)
    .lineWidth(1.2)
    .stroke(deep)
  doc.y += 14
  const [purpose] = purposeWords[use.purpose]
  const question = questionWords(use.terms).map(([zh]) => zh)
  const { from, to } = use.terms
  const facts: readonly (readonly [label: string, value: string])[] = [
    ['所问', question.join('；') || '全部留痕'],
    ['期间', from || to ? `${from ?? '台账之始'} 至 ${to ?? '导出之时'}` : '台账之始至导出之时'],
    ['提出人', `${asker.name}（工号 ${asker.staffNumber}）${asker.posts.join('；')}`],
    ['提出时间', `${timeIn(timeZone, receipt.recorded)}（${timeZone}）`],
    ['目的与理由', `${purpose}；${reasonWords[use.reason.code][0]}：${use.reason.text}`],
    ['提出之回执', `台账第 ${receipt.sequence} 条。提出本身亦已留痕，先于本件落盘`],
    ['结果', `共 ${usesIn(parts)} 条，截至台账第 ${receipt.sequence} 条之前，凡合所问者一条不少`],
  ]
  for (const [label, value] of facts) fact(doc, label, value)
  doc.y += 8
}

function fact(doc: Doc, label: string, value: string): void {
  const labelWidth = 72
  const top = doc.y
  doc.font('regular').fontSize(9.5).fillColor(soft).text(label, page.left, top, { width: labelWidth })
  doc.fillColor(ink).text(value, page.left + labelWidth, top, { width: inner - labelWidth, lineGap: 2 })
  doc.y += 4
}

const columns = [
  { heading: '回执', width: 44 },
  { heading: '时间', width: 62 },
  { heading: '何人', width: 112 },
  { heading: '所为', width: 72 },
  { heading: '患者与内容', width: 112 },
  { heading: '目的', width: 40 },
  { heading: '结果', width: inner - 442 },
] as const

async function useTable(doc: Doc, uses: AsyncIterable<ExportedUse>, account: ExportAccount): Promise<void> {
  section(doc, '一、使用情况')
  if (usesIn(account.parts) === 0) {
    doc
      .font('regular')
      .fontSize(10)
      .fillColor(ink)
      .text('没有合于所问的使用。台账中凡合此问者，截至提出之时，一条也没有。')
    for await (const _ of uses) break
    return
  }
  tableHead(doc)
  for await (const use of uses) row(doc, cellsOf(use))
}

function cellsOf(use: ExportedUse): readonly string[] {
  const { entry } = use.row
  const from = [entry.terminal?.address, entry.terminal?.device].filter(Boolean).join(' ')
  const recordId = entry.record ? `${entry.record.type}/${entry.record.id}` : ''
  return [
    String(use.row.sequence),
    use.when.replace(' ', '\n'),
    [use.who || (entry.actor?.application ?? '系统'), use.standing, use.onBehalfOf && `代 ${use.onBehalfOf}`, from]
      .filter(Boolean)
      .join('\n'),
    use.what[0],
    [use.patient, use.record[0], recordId].filter(Boolean).join('\n'),
    use.purpose[0],
    [use.outcome[0], ...(use.row.intact ? [] : ['（原文与哈希不符）'])].join('\n'),
  ]
}

const cellText = { lineGap: 1 } as const

function row(doc: Doc, cells: readonly string[]): void {
  doc.font('regular').fontSize(7.8)
  const height = Math.max(
    ...cells.map((cell, at) => doc.heightOfString(cell, { ...cellText, width: columns[at]!.width - 6 })),
  )
  if (doc.y + height + 8 > page.height - page.bottom) {
    doc.addPage()
    tableHead(doc)
    doc.font('regular').fontSize(7.8)
  }
  const top = doc.y + 3
  let left: number = page.left
  for (const [at, cell] of cells.entries()) {
    doc.fillColor(at === 0 ? deep : ink).text(cell, left, top, { ...cellText, width: columns[at]!.width - 6 })
    left += columns[at]!.width
  }
  doc.x = page.left
  doc.y = top + height + 3
  doc
    .moveTo(page.left, doc.y)
    .lineTo(page.width - page.right, doc.y)
    .lineWidth(0.4)
    .stroke(line)
}

function tableHead(doc: Doc): void {
  const top = doc.y
  let left: number = page.left
  doc.font('strong').fontSize(8.2).fillColor(soft)
  for (const { heading: words, width } of columns) {
    doc.text(words, left, top, { width: width - 6, lineBreak: false })
    left += width
  }
  doc.x = page.left
  doc.y = top + 14
  doc
    .moveTo(page.left, doc.y)
    .lineTo(page.width - page.right, doc.y)
    .lineWidth(0.8)
    .stroke(soft)
}

function verification(doc: Doc, account: ExportAccount, digests: readonly string[]): void {
  if (doc.y > page.height - 300) doc.addPage()
  section(doc, '二、凭据与核验')
  const say = (text: string) => {
    doc
      .font('regular')
      .fontSize(9.5)
      .fillColor(ink)
      .text(text, page.left, doc.y, { width: inner, lineGap: 3, paragraphGap: 5 })
  }
  say(
    '上列每一条均为台账原文之摘录。台账为只增不改之序列，各条原文之哈希构成默克尔树（RFC 6962），树根由检查点签名，并由院外见证者会签；改动、删除、插入或调换任何一条，均与检查点不符。',
  )
  const { parts } = account
  say(
    `台账于放出本件之前，已将结果载入第 ${parts.map((part) => part.asking).join('、')} 条：条数、截止位置及各条叶哈希之摘要。故本件多一条、少一条，皆可验出。`,
  )
  for (const { suite, note } of account.trees) {
    say(suite === 'international' ? '检查点（SHA-256，Ed25519）：' : '检查点（国密 SM3，SM2）：')
    code(doc, note)
  }
  say('证明包（已附于本文件之内，可由 PDF 阅读器的“附件”取出）及其 SHA-256：')
  code(
    doc,
    digests
      .map((digest, at) => `${digests.length === 1 ? 'proof.json' : `proof-${at + 1}.json`}  ${digest}`)
      .join('\n'),
  )
  say(
    '核验办法：任何人取出证明包，执行“chartward verify proof.json”。核验程序不连数据库、不联网、不依赖本院，分别就完整性、授权先后、锚定与完备给出结论，并指明首个不符之条目。核验所用公钥应由核验人自见证机构或监管部门取得。',
  )
}

function section(doc: Doc, title: string): void {
  doc.y += 10
  doc.font('strong').fontSize(12).fillColor(deep).text(title, page.left, doc.y, { paragraphGap: 6 })
}

/** Lines of a note as they are; long ones break anywhere, for they are signatures. */
function code(doc: Doc, text: string): void {
  doc.font('regular').fontSize(7.2).fillColor(soft)
  for (const one of text.split('\n').filter((part) => part !== '')) {
    doc.text(one.replace(/(.{96})/g, '$1\n'), page.left + 10, doc.y, { width: inner - 10, lineGap: 1 })
  }
  doc.y += 6
}

/** Each page carries the receipt of the export, visibly, and its number. */
function mark(doc: Doc, account: ExportAccount): void {
  const { start, count } = doc.bufferedPageRange()
  const asked = timeIn(account.timeZone, account.receipt.recorded)
  for (let at = start; at < start + count; at++) {
    doc.switchToPage(at)
    const margins = { ...doc.page.margins }
    // Text below the bottom margin would begin another page.
    doc.page.margins = { ...margins, bottom: 0 }
    const foot = page.height - 44
    doc
      .moveTo(page.left, foot - 6)
      .lineTo(page.width - page.right, foot - 6)
      .lineWidth(0.4)
      .stroke(line)
    doc.font('regular').fontSize(7.8).fillColor(soft)
    doc.text(`${account.institution} · 导出人 ${account.asker.name} · ${asked}`, page.left, foot, {
      width: inner - 140,
      lineBreak: false,
    })
    doc.text(`第 ${at - start + 1} 页，共 ${count} 页`, page.width - page.right - 130, foot, {
      width: 130,
      align: 'right',
    })
    doc.font('strong').fillColor(deep)
    doc.text(`回执 ${account.receipt.sequence}`, page.width - page.right - 130, 34, { width: 130, align: 'right' })
    doc.save().fillOpacity(0.05).font('strong').fontSize(64).fillColor(deep)
    doc.rotate(-32, { origin: [page.width / 2, page.height / 2] })
    doc.text(`回执 ${account.receipt.sequence}`, 0, page.height / 2 - 40, {
      width: page.width,
      align: 'center',
      lineBreak: false,
    })
    doc.restore()
    doc.page.margins = margins
  }
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
