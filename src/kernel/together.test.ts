import assert from 'node:assert/strict'
import { test } from 'node:test'
import { together } from './together.ts'

test('callers of one turn share a question, and each gets its own answer', async () => {
  const questions: (readonly number[])[] = []
  const double = together<number, number>(async (keys) => {
    questions.push(keys)
    return keys.map((key) => 2 * key)
  })
  assert.deepEqual(await Promise.all([1, 2, 2, 3].map(double)), [2, 4, 4, 6])
  assert.equal(await double(9), 18)
  assert.deepEqual(questions, [[1, 2, 2, 3], [9]])
})

test('a question that fails fails for its callers only', async () => {
  const ask = together<string, string>(async (keys) => {
    if (keys.includes('bad')) throw new Error('refused')
    return keys
  })
  const answers = await Promise.allSettled([ask('good'), ask('bad')])
  assert.deepEqual(
    answers.map((answer) => answer.status),
    ['rejected', 'rejected'],
  )
  assert.equal(await ask('good'), 'good')
})
