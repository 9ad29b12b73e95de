import assert from 'node:assert/strict'
import { rename } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { systemClock } from '../kernel/index.ts'
import type { ArchivedEntries } from '../ledger/index.ts'
import { projectUpTo } from '../ledger/project.ts'
import { soloCrew } from '../proof/crew.ts'
import { openDatabaseEvidence } from '../proof/database-evidence.ts'
import { verdictOf } from '../proof/verdict.ts'
import { verifyEvidence } from '../proof/verify-evidence.ts'
import { archivePartitions, openArchive } from './index.ts'
import { openTestLedger, origin, type TestLedger } from './test-ledger.ts'

let at: TestLedger
before(async () => {
  at = await openTestLedger(Date.parse('2025-01-10T00:00:00Z'))
  await at.ledger.record([{ kind: 'sign-in', outcome: 0 }])
  await at.endMonth()
  await at.ledger.record([{ kind: 'sign-in', outcome: 0 }])
  await at.settle()
  await archivePartitions('2025-02', at.options)
  await at.settle()
})
after(() => at.close())

const archive = () => openArchive({ database: at.database, archives: [at.archive] })

async function verify(archived?: ArchivedEntries) {
  const report = await verifyEvidence(await openDatabaseEvidence(at.database, origin, archived), {
    trust: { logs: at.verifierKeys, timestampRoots: [] },
    crew: soloCrew(),
    atMs: systemClock.now(),
  })
  const integrity = verdictOf(report, 'integrity')
  const missing = report.verdicts
    .flatMap(({ findings }) => findings)
    .map(({ problem, sequence }) => [problem, sequence])
  return { report, verdict: integrity.verdict, words: integrity.words.map((words) => words.en).join('; '), missing }
}

test('archived entries are verified like any other', async () => {
  const { report, verdict, words, missing } = await verify(archive())
  assert.deepEqual([verdict, report.entriesRead, missing], ['holds', report.size, []])
  assert.ok(!words.includes('not at hand'))
})

test('of a volume that is not mounted the hashes are verified, and it is named', async () => {
  await rename(at.archive, `${at.archive}-unmounted`)
  const { report, verdict, words, missing } = await verify(archive())
  await rename(`${at.archive}-unmounted`, at.archive)
  assert.deepEqual([verdict, report.entriesRead, missing], ['holds', report.size - 1024, []])
  assert.match(words, /the text of 1024 entries is in volumes that are not at hand \(000000000000-000000001024\.v1\)/)
})

test('a trace that was emptied is made again out of the volumes', async () => {
  const blocks = () => at.database.query('select * from trace_block order by level, bucket, unit')
  const stretches = () => at.database.query('select * from trace_stretch order by stretch')
  const before = [await blocks(), await stretches()]
  await at.database.query('delete from trace_block')
  await at.database.query('delete from trace_stretch')
  await at.database.query('update trace_head set projected_upto = 0')
  const size = await at.ledger.size()
  await assert.rejects(projectUpTo(at.database, size), { code: 'trace-broken' })
  await projectUpTo(at.database, size, archive())
  assert.deepEqual([await blocks(), await stretches()], before)
})

test('an entry missing from a volume at hand, that no expiry tells of, was taken out', async () => {
  const whole = archive()
  const holed = {
    at: async (sequences: readonly number[]) => (await whole.at(sequences)).filter((one) => one.sequence !== 7),
  }
  assert.deepEqual((await verify(holed)).missing, [['entry-missing', 7]])
})

test('a partition marked as released without an entry that tells of it is missing', async () => {
  await at.database.transaction(async (tx) => {
    await tx.query('update ledger_partition set released = true where first_sequence = 1024')
    await tx.query('alter table ledger_entry detach partition ledger_entry_1024')
  })
  const { report, missing } = await verify(archive())
  assert.equal(verdictOf(report, 'completeness').verdict, 'broken')
  assert.deepEqual(
    missing.find(([problem]) => problem === 'entry-missing'),
    ['entry-missing', 1024],
  )
})
