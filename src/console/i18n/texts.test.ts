import assert from 'node:assert/strict'
import { test } from 'node:test'
import { relationSchema, roleSchema } from '../../contract/index.ts'
import { en } from './en.ts'
import { zh } from './zh.ts'

const chinese = flatten(zh)
const english = flatten(en)

test('every text stands in both languages and none is empty', () => {
  assert.deepEqual([...english.keys()].sort(), [...chinese.keys()].sort())
  const empty = [...chinese, ...english].filter(([, text]) => text.trim() === '').map(([key]) => key)
  // A result within its range says nothing.
  assert.deepEqual([...new Set(empty)], ['record.flag.none'])
})

test('both languages fill in the same values', () => {
  for (const [key, text] of chinese) assert.deepEqual(valuesIn(english.get(key) ?? ''), valuesIn(text), key)
})

test('every role and relation of the contract has its word', () => {
  for (const role of roleSchema.options) assert.ok(role in zh.words.role, role)
  for (const relation of relationSchema.options) assert.ok(relation in zh.words.relation, relation)
})

test('an English text holds no Chinese, but for the name of the other language', () => {
  const allowed = ['app.language']
  const found = [...english].filter(([key, text]) => /\p{Script=Han}/u.test(text) && !allowed.includes(key))
  assert.deepEqual(found, [])
})

function flatten(texts: object, path = ''): Map<string, string> {
  const flat = new Map<string, string>()
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === 'string') flat.set(path + key, value)
    else for (const [inner, text] of flatten(value as object, `${path}${key}.`)) flat.set(inner, text)
  }
  return flat
}

function valuesIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\{\{(\w+)/g)].map((match) => match[1] ?? ''))].sort()
}
