import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkpointText, parseCheckpoint } from './checkpoint.ts'
import { emptyRoot } from './merkle.ts'

const root = emptyRoot.toString('base64')

test('a checkpoint is three lines and reads back', () => {
  const text = checkpointText({ origin: 'chartward.local/hospital', size: 7, root: emptyRoot })
  assert.equal(text, `chartward.local/hospital\n7\n${root}\n`)
  assert.deepEqual(parseCheckpoint(text), { origin: 'chartward.local/hospital', size: 7, root: emptyRoot })
})

test('extension lines of others are read over', () => {
  assert.equal(parseCheckpoint(`o\n7\n${root}\nextension\n`).size, 7)
})

test('what is not a checkpoint is malformed', () => {
  for (const text of [
    '',
    `\n7\n${root}\n`,
    `o\n07\n${root}\n`,
    `o\n-1\n${root}\n`,
    `o\n1e3\n${root}\n`,
    `o\n9007199254740993\n${root}\n`,
    `o\n7\n${root}`,
    `o\n7\n${root.slice(4)}\n`,
    `o\n7\n${root.replace(/=$/, '')}\n`,
    `o\n7\n${root}\n\n`,
    'o\n7\n',
  ]) {
    assert.throws(() => parseCheckpoint(text), { code: 'malformed' }, JSON.stringify(text))
  }
})
