import type { InputIssue } from '../kernel/index.ts'

/** An issue as @medplum/core tells it. */
interface ToldIssue {
  readonly severity?: string
  readonly details?: { readonly text?: string | undefined } | undefined
  readonly expression?: readonly string[] | undefined
}

type Resource = Readonly<Record<string, unknown>>

interface Wording {
  readonly pattern: RegExp
  readonly rule: string
  readonly zh: (found: readonly string[]) => string
}

const wordings: readonly Wording[] = [
  { pattern: /^Missing required property/, rule: 'required', zh: () => '缺少必填元素' },
  { pattern: /^Invalid additional property "(.*)"/s, rule: 'unknown-element', zh: () => '没有这个元素' },
  { pattern: /^Expected array of values/, rule: 'list-expected', zh: () => '应为数组' },
  { pattern: /^Expected single value/, rule: 'single-expected', zh: () => '应为单个值' },
  {
    pattern: /^Invalid JSON type: expected (\w+), but got (\w+)/,
    rule: 'json-type',
    zh: ([wanted, got]) => `JSON 类型应为 ${wanted}，实为 ${got}`,
  },
  { pattern: /^Invalid (\w+) format/, rule: 'format', zh: ([type]) => `不符合 ${type} 的格式` },
  { pattern: /^Constraint ([\w.-]+) not met/, rule: 'invariant', zh: ([key]) => `不满足约束 ${key}` },
  { pattern: /^Conflicting choice of type properties/, rule: 'choice', zh: () => '多选一的元素只能出现一个' },
  { pattern: /empty/i, rule: 'empty', zh: () => '不能为空' },
  { pattern: /^Incorrect number of values/, rule: 'cardinality', zh: () => '出现次数不合规定' },
]

/** The validator's issues in our words, without echoes and without those in which it is known to be wrong. */
export function judgementsOf(resource: Resource, told: readonly ToldIssue[]): readonly InputIssue[] {
  const type = String(resource.resourceType)
  const found = told
    .map((issue) => ({ issue, text: issue.details?.text ?? '', path: pathOf(issue, type) }))
    // Two of a choice (`valueString` beside `valueQuantity`) is told as a warning; R4 allows one (formats.html#choice).
    .filter(
      ({ issue, text }) => issue.severity === 'error' || issue.severity === 'fatal' || /^Conflicting choice/.test(text),
    )
    .filter(({ text, path }) => !isWrong(resource, text, path))
  const notLists = found.filter(({ text }) => text.startsWith('Expected array')).map(({ path }) => `${path}.`)
  return found
    .filter(({ path }) => !notLists.some((prefix) => path.startsWith(prefix)))
    .map(({ text, path }) => worded(text, path))
}

function worded(text: string, path: string): InputIssue {
  for (const { pattern, rule, zh } of wordings) {
    const match = pattern.exec(text)
    if (match) return { field: path, rule, zh: zh(match.slice(1)), en: text }
  }
  return { field: path, rule: 'fhir-r4', zh: '不符合 FHIR R4 规则', en: text || 'it breaks a rule of FHIR R4' }
}

function pathOf(issue: ToldIssue, type: string): string {
  const path = issue.expression?.[0] ?? type
  return path === type || path.startsWith(`${type}.`) ? path : `${type}.${path}`
}

/**
 * Where the validator contradicts R4: base64Binary may hold white space (datatypes.html#base64Binary), and `ras-2` is
 * about decimals only (it is judged here).
 */
function isWrong(resource: Resource, text: string, path: string): boolean {
  if (text.startsWith('Invalid base64Binary format')) return isBase64(valueAt(resource, path))
  if (!text.startsWith('Constraint ras-2 ')) return false
  const prediction = valueAt(resource, path) as { probabilityDecimal?: unknown } | undefined
  return !(typeof prediction?.probabilityDecimal === 'number' && prediction.probabilityDecimal > 100)
}

function isBase64(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    /^(?:[0-9a-zA-Z+/]{4})*(?:[0-9a-zA-Z+/]{2}==|[0-9a-zA-Z+/]{3}=)?$/.test(value.replace(/\s/g, ''))
  )
}

function valueAt(resource: Resource, path: string): unknown {
  let at: unknown = resource
  for (const step of path.split('.').slice(1)) {
    const [, name = '', index] = /^([^[]+)(?:\[(\d+)\])?$/.exec(step) ?? []
    at = (at as Resource | undefined)?.[name]
    if (index !== undefined) at = (at as readonly unknown[] | undefined)?.[Number(index)]
  }
  return at
}
