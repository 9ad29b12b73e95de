import { isDeepStrictEqual } from 'node:util'
import { fault } from './errors.ts'
import type { JsonObject, JsonValue } from './json-text.ts'

export type PatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: JsonValue }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move' | 'copy'; readonly path: string; readonly from: string }

/** A patch longer than this is a rewrite; send the resource. */
const maxOperations = 1000
/** Characters of JSON that one patch may copy: thirty copies of the whole into itself would fill the memory. */
const maxCopied = 16 * 1024 * 1024

/**
 * Checks that a JSON value is a JSON Patch document (RFC 6902 §3, §4).
 * @throws {FhirFault} `patch-refused`, naming the operation.
 */
export function readPatch(value: JsonValue): readonly PatchOperation[] {
  if (!Array.isArray(value)) throw refused('document', '补丁应为数组', 'a patch is an array')
  if (value.length > maxOperations) {
    throw refused('length', `补丁超过 ${maxOperations} 个操作`, `more than ${maxOperations} operations`)
  }
  return value.map((entry: JsonValue, index) => readOperation(entry, index))
}

/**
 * Applies a patch to a document without changing it: all operations, or a fault that names the one that failed.
 * RFC 6902 §5: the whole patch fails with its first failing operation.
 * @throws {FhirFault} `patch-refused`.
 */
export function applyPatch(document: JsonValue, patch: readonly PatchOperation[]): JsonValue {
  let result = structuredClone(document) as Mutable
  let copied = 0
  for (const [index, operation] of patch.entries()) {
    if (operation.op === 'copy') copied += JSON.stringify(lookUp(result, operation.from, index)).length
    if (copied > maxCopied) throw refused('size', '复制的内容过多', 'it copies too much', index)
    result = applyOperation(result, operation, index)
  }
  return result
}

type Mutable = null | boolean | number | string | Mutable[] | { [name: string]: Mutable }

function readOperation(entry: JsonValue, index: number): PatchOperation {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    throw refused('operation', '操作应为对象', 'an operation is an object', index)
  }
  const { op, path, from, value } = entry as JsonObject
  if (typeof path !== 'string' || !isPointer(path)) {
    throw refused('path', 'path 应为 JSON Pointer', 'path must be a JSON Pointer', index)
  }
  switch (op) {
    case 'add':
    case 'replace':
    case 'test':
      if (value === undefined) throw refused('value', `${op} 缺少 value`, `${op} needs a value`, index)
      return { op, path, value }
    case 'remove':
      return { op, path }
    case 'move':
    case 'copy':
      if (typeof from !== 'string' || !isPointer(from)) {
        throw refused('from', 'from 应为 JSON Pointer', 'from must be a JSON Pointer', index)
      }
      if (op === 'move' && path.startsWith(`${from}/`)) {
        throw refused('from', '不能移动到自身之内', 'a value cannot be moved into itself', index)
      }
      return { op, path, from }
    default:
      throw refused('op', '未知的操作', 'an unknown operation', index)
  }
}

function applyOperation(document: Mutable, operation: PatchOperation, index: number): Mutable {
  switch (operation.op) {
    case 'add':
      return add(document, operation.path, structuredClone(operation.value) as Mutable, index)
    case 'remove':
      return remove(document, operation.path, index)
    case 'replace':
      if (operation.path === '') return structuredClone(operation.value) as Mutable
      lookUp(document, operation.path, index)
      return put(document, operation.path, structuredClone(operation.value) as Mutable, index)
    case 'move': {
      const moved = lookUp(document, operation.from, index)
      if (operation.from === operation.path) return document
      return add(remove(document, operation.from, index), operation.path, moved, index)
    }
    case 'copy':
      return add(document, operation.path, structuredClone(lookUp(document, operation.from, index)), index)
    case 'test':
      if (!isDeepStrictEqual(lookUp(document, operation.path, index), operation.value)) {
        throw refused('test', 'test 不成立', 'the test does not hold', index)
      }
      return document
  }
}

function add(document: Mutable, path: string, value: Mutable, index: number): Mutable {
  if (path === '') return value
  const { parent, key } = parentOf(document, path, index)
  if (!Array.isArray(parent)) return put(document, path, value, index)
  const at = key === '-' ? parent.length : arrayIndex(key, parent.length, index)
  parent.splice(at, 0, value)
  return document
}

function remove(document: Mutable, path: string, index: number): Mutable {
  if (path === '') throw refused('path', '不能删除整个资源', 'the whole resource cannot be removed', index)
  lookUp(document, path, index)
  const { parent, key } = parentOf(document, path, index)
  if (Array.isArray(parent)) parent.splice(Number(key), 1)
  else delete parent[key]
  return document
}

function put(document: Mutable, path: string, value: Mutable, index: number): Mutable {
  const { parent, key } = parentOf(document, path, index)
  if (Array.isArray(parent)) parent[Number(key)] = value
  else parent[key] = value
  return document
}

function lookUp(document: Mutable, path: string, index: number): Mutable {
  return tokensOf(path, index).reduce<Mutable>((at, token) => step(at, token, index), document)
}

function step(at: Mutable, token: string, index: number): Mutable {
  if (Array.isArray(at)) return at[arrayIndex(token, at.length - 1, index)]!
  if (typeof at === 'object' && at !== null && Object.hasOwn(at, token)) return at[token]!
  throw refused('path', '路径不存在', 'the path does not exist', index)
}

function parentOf(document: Mutable, path: string, index: number) {
  const tokens = tokensOf(path, index)
  const key = tokens.at(-1)!
  const parent = tokens.slice(0, -1).reduce<Mutable>((at, token) => step(at, token, index), document)
  if (typeof parent !== 'object' || parent === null) {
    throw refused('path', '路径不存在', 'the path does not exist', index)
  }
  return { parent, key }
}

/** RFC 6901 §4: digits without leading zeros. */
function arrayIndex(token: string, max: number, index: number): number {
  const at = /^(?:0|[1-9]\d{0,8})$/.test(token) ? Number(token) : Number.NaN
  if (!(at <= max)) throw refused('path', '数组下标不存在', 'there is no such array index', index)
  return at
}

function isPointer(text: string): boolean {
  return text === '' || (text.startsWith('/') && !/~(?![01])/.test(text))
}

function tokensOf(path: string, index: number): string[] {
  if (path === '') return []
  const tokens = path
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
  // An own property of these names is harmless here and an attack on whoever merges the object later.
  if (tokens.some((token) => token === '__proto__' || token === 'constructor' || token === 'prototype')) {
    throw refused('path', '不允许的属性名', 'a member name that is not allowed', index)
  }
  return tokens
}

function refused(rule: string, zh: string, en: string, operation?: number) {
  const where =
    operation === undefined
      ? { zh: '', en: '' }
      : { zh: `第 ${operation + 1} 个操作：`, en: `operation ${operation + 1}: ` }
  return fault('patch-refused', rule, `${where.zh}${zh}。`, `${where.en}${en}.`)
}
