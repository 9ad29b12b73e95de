import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maskedName, maskedNumber } from './masked-name.ts'

const names: readonly [string, string][] = [
  ['张三', '张*'],
  ['张小三', '张*三'],
  ['欧阳小锋', '欧**锋'],
  ['王', '*'],
  ['𠮷田太郎', '𠮷**郎'],
  ['阿依古丽·买买提', '阿***·买***'],
  ['John Smith', 'J*** S***'],
  ['  Anna   Maria ', 'A*** M***'],
  ['Ng', 'N***'],
  ['Ольга Иванова', 'О*** И***'],
  ['', ''],
]
for (const [name, masked] of names) test(`${name} is shown as ${masked}`, () => assert.equal(maskedName(name), masked))

test('of a number the last four characters stay, of a short one nothing', () => {
  assert.equal(maskedNumber('110101199003074321'), '**************4321')
  assert.equal(maskedNumber('1234567'), '*******')
  assert.equal(maskedNumber(''), '')
})
