import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roleSchema } from '../contract/index.ts'
import { roles } from '../directory/index.ts'

test('the roles the console knows are the roles of the directory', () => {
  assert.deepEqual([...roleSchema.options].sort(), [...roles].sort())
})
