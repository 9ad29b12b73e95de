import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LivingSession } from './session.ts'
import { sessionCache } from './session-cache.ts'

const minute = 60_000
const start = 1_000_000_000
const epoch = (value: number) => value as never
const session = (more: Partial<LivingSession> = {}): LivingSession =>
  ({
    id: 's',
    person: 'p',
    kind: 'browser',
    lastSeenAt: start,
    idleUntil: start + 30 * minute,
    expiresAt: start + 120 * minute,
    ...more,
  }) as LivingSession

test('a session is good for seconds under its epoch, and known for longer', () => {
  const cache = sessionCache()
  cache.put('k', session(), epoch(1), start)
  assert.ok(cache.get('k', epoch(1), start + 1_000))
  assert.equal(cache.get('k', epoch(2), start + 1_000), undefined)
  assert.equal(cache.get('k', epoch(1), start + 5_000), undefined)
  assert.ok(cache.lastKnown('k', start + 5_000, start))
})

test('what was read too long ago, has ended or was ended is not known any more', () => {
  const cache = sessionCache()
  cache.put('k', session(), epoch(1), start)
  assert.equal(cache.lastKnown('k', start + minute, start + 1), undefined)
  assert.equal(cache.lastKnown('k', start + 30 * minute, 0), undefined)
  cache.drop('k')
  assert.equal(cache.lastKnown('k', start + 1, 0), undefined)
  cache.put('k', session(), epoch(1), start)
  cache.forget('s')
  assert.equal(cache.lastKnown('k', start + 1, 0), undefined)
  cache.put('k', session(), epoch(1), start)
  cache.forgetPerson('p' as never)
  assert.equal(cache.lastKnown('k', start + 1, 0), undefined)
})

test('use in an outage moves the idle end on, never the absolute one, and never what it was read at', () => {
  const cache = sessionCache()
  cache.put('k', session(), epoch(1), start)
  for (let at = 20; at < 120; at += 20) assert.ok(cache.lastKnown('k', start + at * minute, start), `${at} minutes`)
  assert.equal(cache.lastKnown('k', start + 120 * minute, start), undefined)
  cache.put('k', session(), epoch(1), start)
  cache.lastKnown('k', start + minute, start)
  assert.equal(cache.lastKnown('k', start + 2 * minute, start + 1), undefined)
})
