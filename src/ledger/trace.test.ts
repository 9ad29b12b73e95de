import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TraceQuestion } from '../contract/index.ts'
import { fixedClock, type PatientId, type PersonId, type Transaction } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type Entry, type EntryDraft, type Ledger, openLedger, openTrace, type Trace } from './index.ts'
import { projectionState, projectOnce } from './project.ts'
import { segmentSize, stretchSize } from './trace-block.ts'
import { candidates } from './trace-index.ts'
import { mergeSegment } from './trace-segment.ts'
import { askedTerms } from './trace-term.ts'

let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
let trace: Trace
const startMs = Date.UTC(2026, 0, 31, 15, 0, 0)
const clock = fixedClock(startMs)

before(async () => {
  at = await openTestDatabase()
  ledger = await openLedger({ database: at.database, clock })
  trace = openTrace({ database: at.database })
  for (const draft of drafts) {
    await ledger.record([draft])
    clock.advance(60 * 60 * 1000)
  }
})
after(async () => {
  await ledger.close()
  await at.drop()
})

const [wang, li] = ['dr-wang' as PersonId, 'dr-li' as PersonId]
const [p1, p2] = ['p-1' as PatientId, 'p-2' as PatientId]
// One an hour from 2026-01-31T23:00+08:00 on: sequences 1 and later are on 1 February in China.
const drafts: readonly EntryDraft[] = [
  { kind: 'sign-in', outcome: 0, actor: { person: wang }, terminal: { address: '10.0.0.1', device: 'cart-7' } },
  {
    kind: 'permit',
    outcome: 0,
    actor: { person: wang, departments: ['cardiology', 'icu'] },
    terminal: { address: '10.0.0.1' },
    patient: p1,
    record: { type: 'Observation', id: 'o-1', version: 2 },
    action: 'view',
    purpose: 'TREAT',
    decision: { effect: 'permit', policies: ['care'], bundle: 'b', epoch: 0 as never },
  },
  { kind: 'release', outcome: 0, actor: { person: wang }, patient: p1, action: 'view', follows: 1 as never },
  { kind: 'refusal', outcome: 8, actor: { person: li, departments: ['icu'] }, patient: p1, action: 'print' },
  {
    kind: 'search',
    outcome: 0,
    actor: { person: li, onBehalfOf: wang, application: 'ward-screen' as never, session: 's-"9"\\' },
    detail: { terms: '姓名=王 "x" \\', kind: 'refusal', recorded: '1999-01-01T00:00:00.000Z', patient: 'p-9' },
    requestId: 'req-4',
  },
  {
    kind: 'exposure',
    outcome: 0,
    actor: { person: li },
    patient: p2,
    purpose: 'HQUALIMP',
    detail: { spool: { id: '0123456789abcdef', index: 3 } },
  },
]

const answers: readonly (readonly [Partial<TraceQuestion>, readonly number[]])[] = [
  [{}, [5, 4, 3, 2, 1, 0]],
  [{ patient: 'p-1' }, [3, 2, 1]],
  [{ person: 'dr-li' }, [5, 4, 3]],
  [{ person: 'dr-li', patient: 'p-1' }, [3]],
  [{ department: 'icu' }, [3, 1]],
  [{ department: 'cardiology' }, [1]],
  [{ terminal: '10.0.0.1' }, [1, 0]],
  [{ terminal: 'cart-7' }, [0]],
  [{ kind: 'refusal' }, [3]],
  [{ action: 'view' }, [2, 1]],
  [{ purpose: 'HQUALIMP' }, [5]],
  [{ outcome: 8 }, [3]],
  [{ sequence: 4 }, [4]],
  [{ sequence: 4, person: 'dr-wang' }, []],
  [{ record: 'Observation' }, [1]],
  [{ record: 'Observation/o-1' }, [1]],
  [{ record: 'Patient/o-1' }, []],
  [{ onBehalfOf: 'dr-wang' }, [4]],
  [{ application: 'ward-screen' }, [4]],
  [{ session: 's-"9"\\' }, [4]],
  [{ requestId: 'req-4', person: 'dr-li' }, [4]],
  [{ patient: 'p-9' }, []],
  [{ spoolReceipt: 'S0123456789abcdef-3' }, [5]],
  [{ spoolReceipt: 'S0123456789abcdef-4' }, []],
  [{ before: 2 }, [1, 0]],
  [{ from: '2026-02-01' }, [5, 4, 3, 2, 1]],
  [{ to: '2026-01-31' }, [0]],
  [{ from: '2026-01-31T18:00:00Z', to: '2026-02-01T03:00:00+08:00' }, [4, 3]],
  [{ patient: "p-1' or true --" }, []],
  [{ patient: 'nobody' }, []],
]

const sequencesOf = (rows: readonly { readonly sequence: number }[]) => rows.map((row) => row.sequence as number)

async function holdAnswers(count = drafts.length): Promise<void> {
  for (const [question, expected] of answers) {
    const page = await trace.askTrace(question, { count, before: drafts.length })
    assert.deepEqual(sequencesOf(page.rows), expected, JSON.stringify(question))
    assert.equal(page.nextBefore, undefined)
    const upward = await trace.askTrace(question, { count, before: drafts.length, order: 'oldest-first' })
    assert.deepEqual(sequencesOf(upward.rows), expected.toReversed(), `upward ${JSON.stringify(question)}`)
  }
}

test('each filter gives exactly its entries, newest first or oldest first', () => holdAnswers())

test('several kinds may be asked for at once', async () => {
  const page = await trace.askTrace({ patient: 'p-1' }, { count: 50, kinds: ['release', 'refusal'] })
  assert.deepEqual(sequencesOf(page.rows), [3, 2])
})

test('a row gives back the entry and the bytes the ledger commits to', async () => {
  const row = await trace.entryAt(4)
  assert.deepEqual(row!.entry.detail, drafts[4]!.detail)
  assert.equal(row!.entry.recorded, '2026-01-31T19:00:00.000Z')
  assert.equal(row!.intact, true)
  for (const nowhere of [6, -1, 0.5, 2 ** 60]) assert.equal(await trace.entryAt(nowhere), undefined)
})

test('a time that is none is refused', async () => {
  for (const from of ['yesterday', '2026-02-30T00:00:00Z', '2026-13-01', '2026-01-01T00:00:00']) {
    await assert.rejects(trace.askTrace({ from }, { count: 1 }), { code: 'invalid-input' }, from)
  }
})

test('an answer is complete as of the call, with no worker running', async () => {
  for (let round = 0; round < 10; round++) {
    const receipts = await ledger.record(
      Array.from({ length: 1000 }, () => ({ kind: 'exposure', outcome: 0, patient: 'p-3' as PatientId }) as const),
    )
    const page = await trace.askTrace({ patient: 'p-3' }, { count: 1 })
    assert.equal(page.rows[0]!.sequence, receipts.at(-1)!.sequence)
    assert.equal(page.asOf, receipts.at(-1)!.sequence + 1)
  }
  assert.ok((await projectionState(at.database)).projected >= stretchSize, 'asking projected what had piled up')
})

test('each filter gives the same from the index as from the journal', () => holdAnswers())

test('pages by keyset hold every entry once, while others are appended', async () => {
  const seen: number[] = []
  let before: number | undefined
  do {
    const page = await trace.askTrace({ patient: 'p-3' }, { before, count: 1_700 })
    seen.push(...page.rows.map((row) => row.sequence as number))
    before = page.nextBefore
    await ledger.record([{ kind: 'exposure', outcome: 0, patient: 'p-3' as PatientId }])
  } while (before !== undefined)
  assert.equal(seen.length, 10_000)
  assert.equal(new Set(seen).size, 10_000)
  assert.deepEqual(
    seen,
    seen.toSorted((one, other) => other - one),
  )
})

test('each stretch is projected once, however many project', async () => {
  await ledger.record(Array.from({ length: 9000 }, () => ({ kind: 'system', outcome: 0 }) as const))
  const whole = Math.floor((await ledger.size()) / stretchSize)
  while ((await projectionState(at.database)).projected < whole * stretchSize) {
    await Promise.all(Array.from({ length: 5 }, () => projectOnce(at.database)))
  }
  const rows = await at.database.query<{ stretch: number }>('select stretch from trace_stretch order by 1')
  assert.deepEqual(
    rows.map((row) => row.stretch),
    Array.from({ length: whole }, (_, stretch) => stretch),
  )
})

test('any combination of filters finds exactly the entries that hold it', async () => {
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)]!
  const random = mulberry32(18)
  const [people, patients, kinds] = [
    ['a', 'b', 'c', 'd'],
    ['p-10', 'p-11', 'p-12'],
    ['permit', 'refusal', 'release'],
  ] as const
  const first = await ledger.size()
  const made: EntryDraft[] = Array.from({ length: 3 * stretchSize }, () => ({
    kind: pick(kinds),
    outcome: pick([0, 0, 0, 8] as const),
    actor: {
      person: pick(people) as PersonId,
      departments: [pick(['cardiology', 'icu'])],
      session: `s${pick(people)}`,
    },
    patient: pick(patients) as PatientId,
    ...(random() < 0.5 && { terminal: { address: '10.0.0.9', device: pick(people) } }),
  }))
  for (let at = 0; at < made.length; at += 1024) {
    clock.advance(1000)
    await ledger.record(made.slice(at, at + 1024))
  }
  const rowsOf = (await trace.askTrace({}, { after: first - 1, count: made.length, order: 'oldest-first' })).rows
  for (let round = 0; round < 40; round++) {
    const [from, to] = [pick(rowsOf), pick(rowsOf)].map((row) => row.entry.recorded).sort()
    const question: Partial<TraceQuestion> = {
      ...(random() < 0.5 && { person: pick(people) }),
      ...(random() < 0.5 && { patient: pick(patients) }),
      ...(random() < 0.4 && { kind: pick(kinds) }),
      ...(random() < 0.3 && { outcome: 8 }),
      ...(random() < 0.3 && { department: 'icu' }),
      ...(random() < 0.3 && { terminal: pick(people) }),
      ...(random() < 0.4 && { from, to }),
    }
    const order = pick(['newest-first', 'oldest-first'] as const)
    const expected = sequencesOf(rowsOf.filter(({ entry }) => holds(entry, question)))
    if (order === 'newest-first') expected.reverse()
    const page = await trace.askTrace(question, { after: first - 1, count: made.length, order })
    assert.deepEqual(sequencesOf(page.rows), expected, JSON.stringify(question))
  }
})

/** Filter by filter, entry by entry: slow, and right by definition. */
function holds(entry: Entry, question: Partial<TraceQuestion>): boolean {
  const { person, patient, kind, outcome, department, terminal, from, to } = question
  return (
    (person === undefined || entry.actor?.person === person) &&
    (patient === undefined || entry.patient === patient) &&
    (kind === undefined || entry.kind === kind) &&
    (outcome === undefined || entry.outcome === outcome) &&
    (department === undefined || entry.actor?.departments?.includes(department) === true) &&
    (terminal === undefined || entry.terminal?.address === terminal || entry.terminal?.device === terminal) &&
    (from === undefined || entry.recorded >= from) &&
    (to === undefined || entry.recorded <= to)
  )
}

function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

test('a full segment answers as its stretches did', async () => {
  const { projected } = await projectionState(at.database)
  const questions = [...answers.map(([question]) => question), { patient: 'p-3' }, { kind: 'system', outcome: 0 }]
  const found = async (tx: Transaction, upTo: number) => {
    const all: number[][] = []
    for (const order of ['newest-first', 'oldest-first'] as const) {
      for (const question of questions) {
        const range = { from: 0, below: projected }
        const sequences: number[] = []
        const search = { asked: askedTerms(question as never), range, projected: upTo, order }
        for await (const piece of candidates(tx, search)) sequences.push(...piece)
        all.push(sequences)
      }
    }
    return all
  }
  const undone = new Error('the segment is not full, so its merging is undone')
  const merging = at.database.transaction(async (tx) => {
    const before = await found(tx, projected)
    await mergeSegment(tx, 0)
    const [left] = await tx.query<{ n: number }>('select count(*) as n from trace_block where level = 0')
    assert.equal(left!.n, 0)
    assert.deepEqual(await found(tx, segmentSize), before)
    throw undone
  })
  await assert.rejects(merging, undone)
})

test('asking for a time looks at no more than its stretches, also where a clock stepped back', async () => {
  const early = new Date(startMs - 24 * 60 * 60 * 1000)
  clock.advance(-48 * 60 * 60 * 1000)
  const [receipt] = await ledger.record([{ kind: 'step-up', outcome: 0, actor: { person: li } }])
  clock.advance(96 * 60 * 60 * 1000)
  await ledger.record(Array.from({ length: 9000 }, () => ({ kind: 'system', outcome: 0 }) as const))
  const page = await trace.askTrace({ to: new Date(startMs - 1).toISOString() }, { count: 5 })
  assert.deepEqual(sequencesOf(page.rows), [receipt!.sequence])
  assert.deepEqual((await trace.askTrace({ to: early.toISOString(), from: '2020-01-01' }, { count: 5 })).rows.length, 1)
  assert.deepEqual((await trace.askTrace({ to: '2020-01-01' }, { count: 5 })).rows, [])
  assert.deepEqual((await trace.askTrace({ from: '2036-01-01' }, { count: 5 })).rows, [])
})

test('an altered row is shown as not intact', async () => {
  await at.database.transaction(async (tx) => {
    await tx.query('set local session_replication_role = replica')
    await tx.query(`update ledger_entry set body = replace(body, 'dr-wang', 'dr-nobody') where sequence = 2`)
  })
  const row = await trace.entryAt(2)
  assert.equal(row!.entry.actor!.person, 'dr-nobody')
  assert.equal(row!.intact, false)
})

test('a journal with a hole is not projected past it, and questions fail rather than leave something out', async () => {
  const [receipt] = await ledger.record([{ kind: 'system', outcome: 0 }])
  await ledger.record([{ kind: 'system', outcome: 0 }])
  await at.database.transaction(async (tx) => {
    await tx.query('set local session_replication_role = replica')
    await tx.query('delete from ledger_entry where sequence = $1', [receipt!.sequence])
  })
  await assert.rejects(trace.askTrace({}, { count: 1 }), { code: 'trace-broken' })
  assert.ok((await projectionState(at.database)).projected <= receipt!.sequence)
})
