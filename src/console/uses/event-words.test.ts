import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventWord, eventWords } from './event-words.ts'

test('every event has a word in Chinese and one in English', () => {
  for (const [name, [zh, en]] of Object.entries(eventWords)) {
    assert.match(zh, /\p{Script=Han}/u, name)
    assert.match(en, /^[A-Z][\x20-\x7e]+$/, name)
  }
})

test('an event without a word has none, whatever its name', () => {
  assert.equal(eventWord('heartbeat', 'zh'), '运行心跳')
  assert.equal(eventWord('heartbeat', 'en'), 'Heartbeat')
  assert.equal(eventWord('toString', 'zh'), undefined)
})
