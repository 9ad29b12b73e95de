import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameSound } from './name-sound.ts'

test('surnames sound as surnames do', () => {
  assert.deepEqual(nameSound('单雄信'), { initials: 'sxx', pinyin: 'shanxiongxin' })
  assert.deepEqual(nameSound('曾国藩'), { initials: 'zgf', pinyin: 'zengguofan' })
})

test('names in other scripts keep their words', () => {
  assert.deepEqual(nameSound('Anna Neil'), { initials: 'an', pinyin: 'annaneil' })
})

test('a name without any sound is empty, not an error', () => {
  assert.deepEqual(nameSound('——'), { initials: '', pinyin: '' })
})
