import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type EntryDraft, entryKinds, type Ledger, openLedger } from '../ledger/index.ts'

let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
before(async () => {
  at = await openTestDatabase()
  ledger = await openLedger({ database: at.database })
})
after(async () => {
  await ledger.close()
  await at.drop()
})

// Words and keys chosen to look like what is looked for.
const tricky = fc.oneof(
  fc.constantFrom('","kind":"permit"', '"follows":7,"id":"', '\\","kind":"', 'kind', 'follows', '守历😀', '"', '\\'),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
)
const detail = fc.dictionary(
  fc.oneof(fc.constantFrom('kind', 'follows', 'id', 'nonce'), tricky),
  fc.oneof(tricky, fc.nat(), fc.record({ follows: fc.nat(), id: tricky, kind: fc.constantFrom('permit', 'release') })),
)
const draft = fc.record(
  {
    kind: fc.constantFrom(...entryKinds),
    outcome: fc.constantFrom(0 as const, 4 as const),
    follows: fc.nat({ max: 2 ** 40 }),
    reason: fc.record({ code: tricky, text: tricky }),
    record: fc.record({ type: tricky, id: tricky }),
    detail,
  },
  { requiredKeys: ['kind', 'outcome'] },
)

test('kind and what an entry follows are read from their places as from the JSON, whatever the entry says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(draft, { minLength: 1, maxLength: 20 }), async (drafts) => {
      const receipts = await ledger.record(drafts as unknown as readonly EntryDraft[])
      const rows = await at.database.query<{ kind: string; follows: number | null }>(
        `select entry_kind(body) as kind, entry_follows(body) as follows
         from ledger_entry where sequence >= $1 order by sequence`,
        [receipts[0]!.sequence],
      )
      assert.deepEqual(
        rows,
        drafts.map(({ kind, follows }) => ({ kind, follows: follows ?? null })),
      )
    }),
    { numRuns: 60 },
  )
})
