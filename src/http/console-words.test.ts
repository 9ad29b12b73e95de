import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatWords, reasonWords, traceWords } from '../access/index.ts'
import { groundWords } from '../authority/grounds.ts'
import { declaredReasons } from '../authority/index.ts'
import { en } from '../console/i18n/en.ts'
import { zh } from '../console/i18n/zh.ts'
import { relationSchema } from '../contract/index.ts'
import { actions, purposes } from '../kernel/index.ts'
import { entryKinds } from '../ledger/entry.ts'
import { refusalTable } from './errors/index.ts'

// The console imports the contract alone: here its words are held against the codes that the server speaks.
const vocabularies = {
  reason: declaredReasons.map((reason) => reason.code),
  refusal: Object.keys(refusalTable),
  kind: entryKinds,
  purpose: purposes,
  action: actions,
  relation: relationSchema.options,
  ground: Object.keys(groundWords),
} as const

for (const [vocabulary, codes] of Object.entries(vocabularies) as [keyof typeof vocabularies, readonly string[]][]) {
  test(`the console has a word for every ${vocabulary} in both languages, and for nothing else`, () => {
    for (const texts of [zh, en]) assert.deepEqual(Object.keys(texts.words[vocabulary]).sort(), [...codes].sort())
  })
}

test('a reason of the reminder reads on the screen as it reads in the trace', () => {
  for (const { code, zh: chinese, en: english } of declaredReasons) {
    assert.equal(zh.words.reason[code as keyof typeof zh.words.reason], chinese)
    assert.equal(en.words.reason[code as keyof typeof en.words.reason], english)
  }
})

const wordsOfFiles = {
  kind: traceWords.kindWords,
  action: traceWords.actionWords,
  purpose: traceWords.purposeWords,
  outcome: traceWords.outcomeWords,
  role: traceWords.roleWords,
  refusal: traceWords.refusalWords,
  record: traceWords.recordWords,
  exportReason: reasonWords,
  exportFormat: formatWords,
} as const

for (const [vocabulary, words] of Object.entries(wordsOfFiles) as [keyof typeof wordsOfFiles, object][]) {
  test(`an exported file says every ${vocabulary} as the screen does`, () => {
    const screen = Object.keys(zh.words[vocabulary]).map((code) => [
      code,
      [zh.words[vocabulary][code as never], en.words[vocabulary][code as never]],
    ])
    assert.deepEqual(words, Object.fromEntries(screen))
  })
}
