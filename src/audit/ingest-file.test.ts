import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { InvalidInput, type PersonId, silentLog, systemClock } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type Entry, type Ledger, openLedger, parseEntry } from '../ledger/index.ts'
import type { AuditSource } from './audit-source.ts'
import { type CsvMapping, readCsvMapping } from './csv-mapping.ts'
import { readCsv } from './csv-rows.ts'
import { foreignFacts } from './foreign-facts.ts'
import { ingestFile } from './ingest-file.ts'
import { type AuditIntake, openAuditIntake } from './receive.ts'

const source: AuditSource = {
  id: 'old-emr',
  name: '旧病历系统',
  authenticates: { by: 'file' },
  people: 'ours',
  patients: 'theirs',
}
const folder = mkdtempSync(join(tmpdir(), 'chartward-csv-'))
let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
let intake: AuditIntake
before(async () => {
  at = await openTestDatabase()
  ledger = await openLedger({ database: at.database })
  intake = openAuditIntake({
    database: at.database,
    ledger,
    clock: systemClock,
    log: silentLog,
    refusalsToldEachMinute: 1_000,
    sources: { sources: [source], listen: {} },
  })
})
after(async () => {
  await intake.close()
  await ledger.close()
  await at.drop()
  rmSync(folder, { recursive: true })
})

const mapping: CsvMapping = {
  encoding: 'utf-8',
  delimiter: ',',
  timeZone: '+08:00',
  columns: {
    id: '流水号',
    occurred: '操作时间',
    action: '操作',
    person: '工号',
    personName: '姓名',
    patient: '病历号',
    address: 'IP',
    outcome: '结果',
    recordType: '文书',
    recordId: '文书号',
  },
  values: {
    action: { 查看: 'view', 打印: 'print', 登录: 'sign-in' },
    outcome: { 成功: 0, 失败: 8 },
    purpose: {},
    recordType: { 出院小结: 'Composition' },
  },
}
const header = '流水号,操作时间,操作,工号,姓名,病历号,IP,结果,文书,文书号'

async function ingest(content: string | Buffer, changes: Partial<CsvMapping> = {}) {
  const path = join(folder, 'trail.csv')
  writeFileSync(path, content)
  const from = await ledger.size()
  const report = await ingestFile(
    { path, source, mapping: { ...mapping, ...changes }, by: 'os-user-test' as PersonId },
    { intake, ledger },
  )
  const rows = await at.database.query<{ body: string }>(
    'select body from ledger_entry where sequence >= $1 order by sequence',
    [from],
  )
  return { report, entries: rows.map((row) => parseEntry(row.body)) as readonly Entry[] }
}

test('rows become entries: who, whom, what, when in the zone stated', async () => {
  const { report, entries } = await ingest(
    `${header}\r\n1,2026-03-01 08:00:00,查看,1001,张伟,B77,10.0.0.7,成功,出院小结,d-1\r\n2,2026/3/1 8:05,打印,1001,"张,伟",B77,10.0.0.7,失败,,\r\n`,
  )
  assert.deepEqual([report.rows, report.recorded, report.refused], [2, 2, 0])
  const [viewed, printed, summary] = entries
  assert.equal(viewed?.actor?.person, '1001')
  assert.equal(viewed?.patient, 'old-emr:B77')
  assert.equal(viewed?.action, 'view')
  assert.deepEqual(viewed?.record, { type: 'Composition', id: 'd-1' })
  assert.equal(foreignFacts(viewed!).occurred, '2026-03-01T08:00:00+08:00')
  assert.equal(printed?.action, 'print')
  assert.equal(printed?.actor?.name, '张,伟')
  assert.equal(printed?.outcome, 8)
  assert.equal(summary?.kind, 'import')
  assert.match(String(summary?.detail?.sha256), /^[0-9a-f]{64}$/)
})

test('a file in GB18030 is read as what it says', async () => {
  // 查看,张伟 in GB18030: b2 e9 bf b4, d5 c5 ce b0.
  const bytes = Buffer.concat([
    Buffer.from('id,time,op,name\n3,20260301080000,'),
    Buffer.from([0xb2, 0xe9, 0xbf, 0xb4]),
    Buffer.from(','),
    Buffer.from([0xd5, 0xc5, 0xce, 0xb0]),
    Buffer.from('\n'),
  ])
  const columns = { id: 'id', occurred: 'time', action: 'op', personName: 'name' }
  const { entries, report } = await ingest(bytes, { encoding: 'gb18030', columns })
  assert.equal(report.recorded, 1)
  assert.equal(entries[0]?.actor?.name, '张伟')
  const wrong = await ingest(bytes, { columns })
  assert.deepEqual(wrong.report.refusals[0]?.issues[0]?.rule, 'encoding')
})

test('the same file again records nothing again', async () => {
  const content = `${header}\n10,2026-03-01 08:00:00,登录,1001,,,10.0.0.7,成功,,\n`
  assert.equal((await ingest(content)).report.recorded, 1)
  const { report, entries } = await ingest(content)
  assert.deepEqual([report.recorded, report.duplicates], [0, 1])
  assert.deepEqual(
    entries.map(({ kind }) => kind),
    ['import'],
  )
})

const refused: readonly (readonly [name: string, row: string, field: string, rule: string])[] = [
  ['an operation without a meaning', '20,2026-03-01 08:00:00,偷看,1,,,,成功,,', '操作', 'unmapped'],
  ['no operation', '21,2026-03-01 08:00:00,,1,,,,成功,,', '操作', 'required'],
  ['a time that is none', '22,yesterday,查看,1,,,,成功,,', '操作时间', 'date-time'],
  ['a day that is none', '23,2026-13-41 08:00:00,查看,1,,,,成功,,', '操作时间', 'date-time'],
  ['another number of fields', '24,2026-03-01 08:00:00,查看', 'row', 'columns'],
  ['quotes that do not close', '25,2026-03-01 08:00:00,"查看"x,1,,,,成功,,', 'row', 'csv'],
  ['a name without end', `26,2026-03-01 08:00:00,查看,1,${'x'.repeat(300)},,,成功,,`, 'person', 'max-length'],
]
for (const [name, row, field, rule] of refused) {
  test(`${name} is refused by line, and the refusal is traced`, async () => {
    const { report, entries } = await ingest(`${header}\n${row}\n`)
    assert.deepEqual([report.recorded, report.refused], [0, 1])
    const [refusal] = report.refusals
    assert.deepEqual([refusal?.line, refusal?.issues[0]?.field, refusal?.issues[0]?.rule], [2, field, rule])
    if (rule !== 'csv') assert.deepEqual(entries[0]?.detail?.issues, [`${field} ${rule}`])
    assert.equal(entries.at(-1)?.outcome, 4)
  })
}

test('a file without a column of the mapping is refused as a whole', async () => {
  await assert.rejects(ingest('流水号,操作\n1,查看\n'), (error: unknown) => {
    assert.ok(error instanceof InvalidInput)
    assert.ok(error.issues.some((issue) => issue.field === '操作时间' && issue.rule === 'column'))
    return true
  })
})

test('a mapping that says what does not exist is refused', async () => {
  const path = join(folder, 'mapping.json')
  writeFileSync(path, JSON.stringify({ ...mapping, encoding: 'latin-9', colour: 'red' }))
  await assert.rejects(readCsvMapping(path), InvalidInput)
  writeFileSync(path, JSON.stringify(mapping))
  assert.deepEqual(await readCsvMapping(path), mapping)
})

test('quotes, line ends inside quotes and empty lines are read as RFC 4180 says', async () => {
  async function* chunks() {
    yield 'a,"b\n""c""",d\r\n\r\n"",'
    yield 'e,\nlast'
  }
  const rows = []
  for await (const { line, fields } of readCsv(chunks(), ',')) rows.push([line, fields])
  assert.deepEqual(rows, [
    [1, ['a', 'b\n"c"', 'd']],
    [4, ['', 'e', '']],
    [5, ['last']],
  ])
})
