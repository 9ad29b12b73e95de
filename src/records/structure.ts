import type { InputIssue } from '../kernel/index.ts'
import { isResourceType } from './search-parameters.ts'

/** FHIR nests a few levels; a resource deeper than this is an attack or a mistake. */
export const deepestNesting = 64
const mostIssues = 50

/**
 * The cheap part of validation, on the main thread: that this is one FHIR R4 resource in JSON at all (R4 json.html,
 * datatypes.html §string, §id). Elements and invariants are judged by the validator.
 */
export function structureIssues(value: unknown): readonly InputIssue[] {
  if (!isObject(value)) return [issue('', 'object', '应为一个 JSON 对象', 'should be a JSON object')]
  const { resourceType, id, meta } = value
  if (typeof resourceType !== 'string' || resourceType === '') {
    return [issue('resourceType', 'resource-type', '缺少 resourceType', 'resourceType is missing')]
  }
  if (!isResourceType(resourceType) && resourceType !== 'Parameters') {
    const shown = resourceType.slice(0, 64).toWellFormed()
    return [issue('resourceType', 'resource-type', `没有资源类型“${shown}”`, `there is no R4 resource type ${shown}`)]
  }
  const issues: InputIssue[] = []
  if (id !== undefined && (typeof id !== 'string' || !/^[A-Za-z0-9.-]{1,64}$/.test(id))) {
    issues.push(
      issue(
        `${resourceType}.id`,
        'id',
        'id 应为 1 至 64 个字母、数字、“-”或“.”',
        'an id is 1 to 64 letters, digits, - or .',
      ),
    )
  }
  if (meta !== undefined && !isObject(meta)) {
    issues.push(issue(`${resourceType}.meta`, 'object', 'meta 应为对象', 'meta should be an object'))
  }
  walk(value, resourceType, 0, issues)
  return issues
}

function walk(value: unknown, path: string, depth: number, issues: InputIssue[]): void {
  if (issues.length >= mostIssues) return
  if (depth > deepestNesting) {
    if (issues.some((each) => each.rule === 'too-deep')) return
    issues.push(
      issue(
        shortened(path),
        'too-deep',
        `嵌套超过 ${deepestNesting} 层`,
        `nested deeper than ${deepestNesting} levels`,
      ),
    )
    return
  }
  if (typeof value === 'string') {
    if (hasControlCharacter(value)) {
      issues.push(
        issue(path, 'control-character', '含有不允许的控制字符', 'holds a control character that FHIR does not allow'),
      )
    }
    if (value === '') issues.push(issue(path, 'empty', '不能为空字符串', 'may not be an empty string'))
    return
  }
  if (Array.isArray(value)) {
    if (value.length === 0) issues.push(issue(path, 'empty', '不能为空数组', 'may not be an empty array'))
    value.forEach((each, at) => {
      // In a list of primitives, null stands where only the other list (`_name`) has something.
      if (each !== null) walk(each, `${path}[${at}]`, depth + 1, issues)
    })
    return
  }
  if (value === null) {
    issues.push(issue(path, 'null', '不能为 null', 'may not be null'))
    return
  }
  if (typeof value !== 'object') return
  const entries = Object.entries(value)
  if (entries.length === 0) issues.push(issue(path, 'empty', '不能为空对象', 'may not be an empty object'))
  for (const [key, child] of entries) walk(child, `${path}.${key}`, depth + 1, issues)
}

function hasControlCharacter(text: string): boolean {
  if (!text.isWellFormed()) return true
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 32 && code !== 9 && code !== 10 && code !== 13) return true
  }
  return false
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const shortened = (path: string): string => (path.length > 120 ? `${path.slice(0, 120)}…` : path)
const issue = (field: string, rule: string, zh: string, en: string): InputIssue => ({
  field: field.toWellFormed(),
  rule,
  zh,
  en,
})
