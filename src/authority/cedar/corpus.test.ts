import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import cedar from '@cedar-policy/cedar-wasm/nodejs'
import { compilePolicies, type Evaluate } from './compile.ts'
import { entityUid, type PolicySyntax, UnsupportedSyntax } from './est.ts'
import { type CedarRecord, type CedarValue, Entity, entityKey, memberKey } from './values.ts'

/**
 * The corpus of Cedar's differential random testing, as cedar-go ships it (cedar-policy/cedar-go, Apache-2.0): a fixed
 * sixteenth of its 7,750 files. What our compiler refuses (extension functions, tags, 64-bit integers) is counted.
 */
const archive = fileURLToPath(new URL('../../../../shared/data/cedar/corpus-tests.tar.gz', import.meta.url))
const isPresent = existsSync(archive)
let folder: string
before(() => {
  if (!isPresent) return
  folder = mkdtempSync(join(tmpdir(), 'chartward-corpus-'))
  execFileSync('tar', ['xzf', archive, '-C', folder])
})
after(() => {
  if (isPresent) rmSync(folder, { recursive: true, force: true })
})

interface CorpusCase {
  readonly policies: string
  readonly entities: string
  readonly schema: string
  readonly requests: readonly {
    readonly principal: Uid
    readonly action: Uid
    readonly resource: Uid
    readonly context: unknown
    readonly decision: 'allow' | 'deny'
    readonly reason: readonly string[]
    readonly errors: readonly string[]
  }[]
}
type Uid = Parameters<typeof entityUid>[0]

describe('the Cedar conformance corpus', { skip: isPresent ? false : `${archive} is not here` }, () => {
  it('is decided as Cedar decides it, with the same reasons and the same erring policies', () => {
    const files = readdirSync(join(folder, 'corpus-tests')).filter((name) => /^0[0-9a-f]+\.json$/.test(name))
    let compared = 0
    let unsupported = 0
    for (const file of files) {
      const one = JSON.parse(readFileSync(join(folder, 'corpus-tests', file), 'utf8')) as CorpusCase
      const prepared = prepare(one)
      if (!prepared) {
        unsupported += one.requests.length
        continue
      }
      for (const request of one.requests) {
        const found = evaluate(prepared, request)
        if (!found) {
          unsupported += 1
          continue
        }
        const { decision, reason, errors } = request
        assert.deepEqual(
          found,
          { decision, reason: [...reason].sort(), errors: [...errors].sort() },
          `${file} ${JSON.stringify(request)}`,
        )
        compared += 1
      }
    }
    assert.ok(compared > 2000, `only ${compared} compared, ${unsupported} unsupported`)
  })
})

interface PreparedCase {
  readonly ids: readonly string[]
  /** Compiled once per effect: the corpus wants errors of permits too where a forbid decides. */
  readonly permits: Evaluate
  readonly forbids: Evaluate
  readonly entities: ReadonlyMap<string, Entity>
}

function prepare(one: CorpusCase): PreparedCase | undefined {
  const parts = cedar.policySetTextToParts(readFileSync(join(folder, one.policies), 'utf8'))
  if (parts.type === 'failure' || parts.policy_templates.length > 0) return undefined
  // Policies are named policy0, policy1 … in the order of the text; the parts come sorted by that name.
  const ids = parts.policies.map((_, index) => `policy${index}`).sort()
  try {
    const policies = parts.policies.map((text, index) => {
      const answer = cedar.policyToJson(text)
      if (answer.type === 'failure') throw new UnsupportedSyntax('does not parse')
      return { id: ids[index]!, syntax: answer.json as unknown as PolicySyntax }
    })
    const only = (effect: 'permit' | 'forbid') =>
      compilePolicies(
        policies.map((policy) =>
          policy.syntax.effect === effect
            ? policy
            : { id: policy.id, syntax: { ...policy.syntax, effect: 'permit' as const, conditions: [never] } },
        ),
      )
    return { ids, permits: only('permit'), forbids: only('forbid'), entities: entitiesOf(one) }
  } catch (error) {
    if (error instanceof UnsupportedSyntax) return undefined
    throw error
  }
}
const never = { kind: 'when', body: { Value: false } } as const

function evaluate({ ids, permits, forbids, entities }: PreparedCase, request: CorpusCase['requests'][number]) {
  const known = (uid: Uid): Entity => {
    const { type, id } = entityUid(uid)
    return entities.get(entityKey(type, id)) ?? new Entity(type, id)
  }
  let context: CedarRecord
  try {
    context = valueFrom(request.context, entities) as CedarRecord
  } catch (error) {
    if (error instanceof UnsupportedSyntax) return undefined
    throw error
  }
  const asked = [known(request.principal), known(request.action), known(request.resource), context] as const
  const [allowing, denying] = [permits(...asked), forbids(...asked)]
  const named = (indices: readonly number[]) => indices.map((index) => ids[index]!).sort()
  const decides = denying.forbids.length > 0
  return {
    decision: !decides && allowing.permits.length > 0 ? 'allow' : 'deny',
    reason: named(decides ? denying.forbids : allowing.permits),
    errors: named([...allowing.errors, ...denying.errors]),
  }
}

/** Entities of the case and actions of its schema, with their ancestors closed. */
function entitiesOf(one: CorpusCase): ReadonlyMap<string, Entity> {
  const given = JSON.parse(readFileSync(join(folder, one.entities), 'utf8')) as readonly {
    uid: Uid
    attrs: Readonly<Record<string, unknown>>
    parents?: readonly Uid[]
  }[]
  const keyOf = (uid: Uid): string => entityKey(entityUid(uid).type, entityUid(uid).id)
  const parents = new Map(given.map((entity) => [keyOf(entity.uid), (entity.parents ?? []).map(keyOf)]))
  const uids = new Map(given.map((entity) => [keyOf(entity.uid), entityUid(entity.uid)]))
  const schema = cedar.schemaToJson(readFileSync(join(folder, one.schema), 'utf8'))
  if (schema.type === 'success') {
    for (const [namespace, { actions }] of Object.entries(schema.json)) {
      const actionType = namespace === '' ? 'Action' : `${namespace}::Action`
      for (const [id, action] of Object.entries(actions)) {
        uids.set(entityKey(actionType, id), { type: actionType, id })
        parents.set(
          entityKey(actionType, id),
          (action.memberOf ?? []).map((group) => entityKey(group.type ?? actionType, group.id)),
        )
      }
    }
  }
  const entities = new Map<string, Entity>()
  for (const [key, { type, id }] of uids) {
    entities.set(key, new Entity(type, id, undefined, closure(key, parents)))
  }
  for (const entity of given) {
    entities.get(keyOf(entity.uid))!.attributes = valueFrom(entity.attrs, entities) as CedarRecord
  }
  for (const entity of entities.values()) entity.attributes ??= {}
  return entities
}

function closure(key: string, parents: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set<string>()
  const waiting = [...(parents.get(key) ?? [])]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue
    found.add(next)
    waiting.push(...(parents.get(next) ?? []))
  }
  return found
}

function valueFrom(json: unknown, entities: ReadonlyMap<string, Entity>): CedarValue {
  if (typeof json === 'boolean' || typeof json === 'string') return json
  if (typeof json === 'number') {
    if (!Number.isSafeInteger(json)) throw new UnsupportedSyntax('integer beyond 2^53')
    return json
  }
  if (json === null || typeof json !== 'object') throw new UnsupportedSyntax('null')
  if (Array.isArray(json)) return new Set(json.map((item) => memberKey(valueFrom(item, entities))))
  if ('__entity' in json) {
    const { type, id } = entityUid(json as Uid)
    return entities.get(entityKey(type, id)) ?? new Entity(type, id)
  }
  if ('__extn' in json) throw new UnsupportedSyntax('extension value')
  const record = Object.create(null) as Record<string, CedarValue>
  for (const [name, value] of Object.entries(json)) record[name] = valueFrom(value, entities)
  return record
}
