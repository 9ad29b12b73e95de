import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outcomeOf, problemOf, refusalTable, tellFailure, tellRefusal } from '../../http/errors/index.ts'
import { Failure } from '../../kernel/index.ts'
import { problemFrom } from './problem.ts'

const receipt = { sequence: 17, leafHash: '', recorded: '' } as never

for (const language of ['zh', 'en'] as const) {
  test(`a refusal of the FHIR interface says what, why and what now as that of the console API does (${language})`, () => {
    for (const code of Object.keys(refusalTable)) {
      const told = tellRefusal({ code } as never, receipt)
      const { title, detail, next, requestId } = problemFrom(403, outcomeOf(told, language, 'r-1'), 17)
      const expected = problemOf(told, language, 'r-1')
      assert.deepEqual([title, detail, next, requestId], [expected.title, expected.detail, expected.next, 'r-1'], code)
    }
  })
}

test('a failure without a why has none, and its request is no part of what to do', () => {
  class Sample extends Failure<'upstream-timeout'> {}
  const told = tellFailure(new Sample('upstream-timeout', 'x'))
  const problem = problemFrom(504, outcomeOf(told, 'en', 'r-2'), undefined)
  assert.deepEqual([problem.title, problem.detail, problem.next], [told.what.en, undefined, told.next.en])
  assert.equal(problemFrom(504, outcomeOf(told, 'zh'), undefined).next, told.next.zh)
})

test('what is neither a problem nor an outcome keeps its status alone', () => {
  assert.deepEqual(problemFrom(502, '<html>', undefined), {
    type: 'about:blank',
    title: '',
    status: 502,
    code: '502',
  })
})
