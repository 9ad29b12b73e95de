import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLog } from './log.ts'
import { pause, startRounds } from './rounds.ts'

test('rounds go on after one that failed, and none begins once they are closed', async () => {
  let rounds = 0
  let reached: () => void = () => {}
  const third = new Promise<void>((done) => {
    reached = done
  })
  const running = startRounds({
    name: 'test',
    everyMs: 1,
    longestPauseMs: 1,
    log: silentLog,
    async round() {
      rounds += 1
      if (rounds === 3) reached()
      if (rounds < 3) throw new Error('not yet')
    },
  })
  await third
  await running.close()
  const closedAt = rounds
  await new Promise((done) => setTimeout(done, 10))
  assert.equal(rounds, closedAt)
})

test('closing ends a pause, and waits for the round under way', async () => {
  let finish: () => void = () => {}
  let ended = false
  const begun = new Promise<void>((begin) => {
    const running = startRounds({
      name: 'test',
      everyMs: 86_400_000,
      log: silentLog,
      async round() {
        begin()
        await new Promise<void>((done) => {
          finish = done
        })
        ended = true
      },
    })
    closing = () => running.close()
  })
  await begun
  const closed = closing()
  finish()
  await closed
  assert.ok(ended)
})
let closing: () => Promise<void> = async () => {}

test('a pause that is over before it begins takes no time', async () => {
  await pause(86_400_000, AbortSignal.abort())
})
