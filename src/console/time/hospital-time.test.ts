import assert from 'node:assert/strict'
import { test } from 'node:test'
import { absoluteDay, absoluteTime, ageAt, relativeTime, startOfDay } from './hospital-time.ts'

test('a time is written in the hospital zone, 24 h, whatever the zone of the machine', () => {
  assert.equal(absoluteTime('2026-11-21T19:41:30Z', 'Asia/Shanghai'), '2026-11-22 03:41')
  assert.equal(absoluteTime('2026-11-21T16:00:00Z', 'Asia/Shanghai'), '2026-11-22 00:00')
  assert.equal(absoluteDay('2026-11-21T16:00:00Z', 'Asia/Urumqi'), '2026-11-21')
})

test('a day begins at midnight of the zone', () => {
  assert.equal(startOfDay('2026-11-22', 'Asia/Shanghai'), '2026-11-21T16:00:00.000Z')
  assert.equal(startOfDay('2026-11-22', 'Asia/Shanghai', 1), '2026-11-22T16:00:00.000Z')
  assert.equal(startOfDay('2026-11-22', 'UTC'), '2026-11-22T00:00:00.000Z')
})

test('relative time takes the largest whole unit', () => {
  const now = Date.parse('2026-11-22T04:00:00Z')
  for (const [at, words] of [
    ['2026-11-22T03:48:00Z', '12分钟前'],
    ['2026-11-22T02:00:00Z', '2小时前'],
    ['2026-11-21T03:00:00Z', '昨天'],
    ['2026-11-25T05:00:00Z', '3天后'],
  ] as const) {
    assert.equal(relativeTime(at, now, 'zh-CN'), words)
  }
})

test('age is in months below two years and counts a birthday only when it has come', () => {
  const now = Date.parse('2026-11-22T00:00:00Z')
  assert.deepEqual(ageAt('2025-11-23', now), { unit: 'months', count: 11 })
  assert.deepEqual(ageAt('1960-11-23', now), { unit: 'years', count: 65 })
  assert.deepEqual(ageAt('1960-11-22', now), { unit: 'years', count: 66 })
})
