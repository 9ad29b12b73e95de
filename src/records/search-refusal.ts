import type { InputIssue } from '../kernel/index.ts'

/** Everything a search can be refused for: the rule, and words that name what was given. */
export const refusals = {
  'unknown-type': (given: string) => [`没有资源类型“${given}”`, `there is no resource type ${given}`],
  'unknown-parameter': (given: string) => [
    `不支持查询参数“${given}”`,
    `the search parameter ${given} is not known here`,
  ],
  'unsupported-parameter': (given: string) => [
    `查询参数“${given}”未实现`,
    `the search parameter ${given} is not supported here`,
  ],
  'unknown-modifier': (given: string) => [
    `该参数不支持修饰符“:${given}”`,
    `the modifier :${given} does not apply here`,
  ],
  'chain-not-possible': (given: string) => [`参数“${given}”不能链式查询`, `${given} cannot be chained here`],
  'chain-ambiguous': (given: string) => [
    `“${given}”可指多种资源，请写明类型，例如 subject:Patient.name`,
    `${given} may lead to several types: name one, as in subject:Patient.name`,
  ],
  'chain-too-deep': (given: string) => [`“${given}”只允许一级链式查询`, `${given}: one level of chaining is allowed`],
  'has-form': (given: string) => [
    `“${given}”应写作 _has:类型:引用参数:参数`,
    `${given} should read _has:Type:reference:parameter`,
  ],
  'value-empty': () => ['值不能为空', 'a value is needed'],
  'value-date': (given: string) => [`“${given}”不是有效日期`, `${given} is not a date`],
  'value-number': (given: string) => [`“${given}”不是有效数字`, `${given} is not a number`],
  'value-quantity': (given: string) => [
    `“${given}”应写作 数值|单位系统|单位代码`,
    `${given} should read number|system|code`,
  ],
  'value-reference': (given: string) => [`“${given}”不是有效引用`, `${given} is not a reference`],
  'reference-type': (given: string) => [`该参数不会引用“${given}”`, `this parameter does not refer to ${given}`],
  'value-token': (given: string) => [`“${given}”应写作 系统|代码`, `${given} should read system|code`],
  'value-composite': (given: string) => [`“${given}”应写作 值$值`, `${given} should read value$value`],
  'value-id': (given: string) => [`“${given}”不是有效标识`, `${given} is not an id`],
  'value-boolean': (given: string) => [`“${given}”应为 true 或 false`, `${given} should be true or false`],
  'value-choice': (given: string) => [`不支持的取值“${given}”`, `${given} is not one of the allowed values`],
  'count-range': (given: string) => [
    `“${given}”应为 0 至 1000 的整数`,
    `${given} should be a whole number from 0 to 1000`,
  ],
  'unknown-include': (given: string) => [`不支持包含“${given}”`, `${given} cannot be included`],
  'unknown-sort': (given: string) => [`不能按“${given}”排序`, `results cannot be sorted by ${given}`],
  'unknown-element': (given: string) => [`“${given}”不是元素名`, `${given} is not the name of an element`],
  'given-twice': () => ['只能出现一次', 'may be given once only'],
  'type-list': () => ['多类型查询需要 _type', 'a search over several types needs _type'],
  'summary-with-include': () => ['_summary=text 不能与 _include 同用', '_summary=text does not go with _include'],
  'too-long': () => ['值过长', 'the value is too long'],
  'too-many': () => ['参数过多', 'there are too many parameters'],
  cursor: () => ['翻页标记无效或不属于该查询', 'the page mark is not valid for this search'],
} as const satisfies Readonly<Record<string, (given: string) => readonly [string, string] | readonly string[]>>

export type RefusalRule = keyof typeof refusals

export function refusal(field: string, rule: RefusalRule, given = ''): InputIssue {
  const shown = given.length > 100 ? `${given.slice(0, 100).toWellFormed()}…` : given
  const [zh = '', en = ''] = refusals[rule](shown)
  return { field: field.slice(0, 200).toWellFormed(), rule, zh, en }
}
