import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareTexts, tokensOf } from './text.ts'

const marked = (before: string, after: string) =>
  compareTexts(before, after)
    .map(({ kind, text }) => (kind === 'same' ? text : kind === 'removed' ? `[-${text}-]` : `[+${text}+]`))
    .join('')

const cases: readonly (readonly [string, string, string, string])[] = [
  ['a character added in Chinese', '患者神志清', '患者神志清楚', '患者神志清[+楚+]'],
  ['a number changes whole', '体温38.5℃', '体温36.5℃', '体温[-38.5-][+36.5+]℃'],
  ['a Latin word changes whole', '予 aspirin 100 mg', '予 clopidogrel 100 mg', '予 [-aspirin-][+clopidogrel+] 100 mg'],
  ['nothing changes', '双肺呼吸音清', '双肺呼吸音清', '双肺呼吸音清'],
  ['a text comes to be', '', '补记', '[+补记+]'],
  ['a text goes', '作废', '', '[-作废-]'],
  ['a rewritten phrase is one change', '无咳嗽咳痰', '有发热头痛', '[-无咳嗽咳痰-][+有发热头痛+]'],
  ['a chance character is folded in', '甲乙的丙丁', '戊己的庚辛', '[-甲乙的丙丁-][+戊己的庚辛+]'],
  ['a line stays a line', '甲乙\n丙丁', '戊己\n庚辛', '[-甲乙-][+戊己+]\n[-丙丁-][+庚辛+]'],
  ['characters beyond the first plane stay whole', '患者𠮷某', '患者𡃁某', '患者[-𠮷-][+𡃁+]某'],
]

for (const [name, before, after, expected] of cases) {
  test(name, () => assert.equal(marked(before, after), expected))
}

test('tokens are the text itself, nothing lost', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => tokensOf(text).join('') === text))
})

test('any two texts are rebuilt from their fragments', () => {
  const text = fc.string({ unit: fc.constantFrom('患', '者', '的', ' ', '\n', 'ab', '3', '.', '，'), maxLength: 60 })
  fc.assert(
    fc.property(text, text, (before, after) => {
      const fragments = compareTexts(before, after)
      const side = (kind: string) =>
        fragments
          .filter((fragment) => fragment.kind === 'same' || fragment.kind === kind)
          .map((fragment) => fragment.text)
          .join('')
      assert.equal(side('removed'), before)
      assert.equal(side('added'), after)
    }),
    { numRuns: 500 },
  )
})
