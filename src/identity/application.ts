import { importJWK, type JSONWebKeySet, type JWK } from 'jose'
import { type ChangeOrder, type ChangeResult, makeChange } from '../directory/index.ts'
import { type ApplicationId, type InputIssue, InvalidInput, type PersonId, type Queryable } from '../kernel/index.ts'
import type { IdentityDesk } from './desk.ts'
import { parseScope } from './scope.ts'

/** An application that acts for people (SMART Backend Services). It has public keys; we hold no secret of it. */
export interface Application {
  readonly id: ApplicationId
  readonly name: string
  /** The natural person who answers for it. */
  readonly owner: PersonId
  readonly keys: { readonly jwks: JSONWebKeySet } | { readonly jwksUrl: string }
  /** SMART v2 scopes. */
  readonly scopes: readonly string[]
}

/** SMART App Launch 2.2, asymmetric authentication: these two, and nothing weaker. */
export const assertionAlgorithms = ['RS384', 'ES384'] as const

/** @throws {InvalidInput} when keys or scopes are not what SMART asks for. */
export async function registerApplication(
  desk: IdentityDesk,
  order: ChangeOrder,
  application: Application,
): Promise<ChangeResult> {
  const issues = [...scopeIssues(application.scopes), ...(await keyIssues(application.keys))]
  if (issues.length > 0) throw new InvalidInput(issues)
  const { id, name, owner, keys, scopes } = application
  return makeChange(desk, order, {
    name: 'application-registered',
    person: owner,
    detail: { application: id, scopes },
    async apply(tx) {
      const subject = await desk.directory.subject(owner)
      if (!subject?.active) return { refused: 'unknown-person' }
      const rows = await tx.query(
        `insert into application (id, name, owner_id, jwks, jwks_url, scopes, registered_at)
         values ($1, $2, $3, $4, $5, $6, to_timestamp($7::bigint / 1000.0))
         on conflict (id) do nothing returning id`,
        [
          id,
          name,
          owner,
          'jwks' in keys ? JSON.stringify(keys.jwks) : null,
          'jwksUrl' in keys ? keys.jwksUrl : null,
          scopes,
          desk.clock.now(),
        ],
      )
      return rows.length === 0 ? { refused: 'conflict' } : { id }
    },
  })
}

/** Its tokens end with the entry: the epoch rises. */
export function stopApplication(desk: IdentityDesk, order: ChangeOrder, id: ApplicationId): Promise<ChangeResult> {
  return makeChange(desk, order, {
    name: 'application-stopped',
    detail: { application: id },
    async apply(tx) {
      const rows = await tx.query(
        `update application set stopped_at = to_timestamp($2::bigint / 1000.0)
         where id = $1 and stopped_at is null returning id`,
        [id, desk.clock.now()],
      )
      return rows.length === 0 ? { refused: 'already-so' } : { id }
    },
  })
}

/** @returns undefined as well when it or its owner was stopped. */
export async function readActiveApplication(database: Queryable, id: string): Promise<Application | undefined> {
  const [row] = await database.query<{
    id: ApplicationId
    name: string
    owner: PersonId
    jwks: JSONWebKeySet | null
    jwksUrl: string | null
    scopes: readonly string[]
  }>(
    `select c.id, c.name, c.owner_id as owner, c.jwks, c.jwks_url as "jwksUrl", c.scopes
     from application c join person o on o.id = c.owner_id
     where c.id = $1 and c.stopped_at is null and o.stopped_at is null`,
    [id],
  )
  if (!row) return undefined
  const { jwks, jwksUrl, ...rest } = row
  return { ...rest, keys: jwks !== null ? { jwks } : { jwksUrl: jwksUrl! } }
}

function scopeIssues(scopes: readonly string[]): InputIssue[] {
  if (scopes.length === 0) {
    return [{ field: 'scopes', rule: 'required', zh: '至少需要一个范围', en: 'at least one scope is needed' }]
  }
  return scopes
    .filter((text) => parseScope(text)?.context !== 'system')
    .map((text) => ({
      field: 'scopes',
      rule: 'smart-v2',
      zh: `不是 SMART v2 的 system 范围：${text}`,
      en: `not a SMART v2 system scope: ${text}`,
    }))
}

async function keyIssues(keys: Application['keys']): Promise<InputIssue[]> {
  if ('jwksUrl' in keys) {
    const url = URL.parse(keys.jwksUrl)
    const onThisMachine = url !== null && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)
    if (url?.protocol === 'https:' || (url?.protocol === 'http:' && onThisMachine)) return []
    return [{ field: 'jwksUrl', rule: 'https', zh: '公钥地址须为 https', en: 'the address of the keys must be https' }]
  }
  const issues: InputIssue[] = []
  if (keys.jwks.keys.length === 0) issues.push(wrongKey(0, '没有公钥', 'there is no key'))
  for (const [index, key] of keys.jwks.keys.entries()) issues.push(...(await issuesOfKey(key, index)))
  return issues
}

async function issuesOfKey(key: JWK, index: number): Promise<InputIssue[]> {
  if (key.d !== undefined || key.k !== undefined) return [wrongKey(index, '含有私钥', 'holds a private key')]
  if (!key.kid) return [wrongKey(index, '缺少 kid', 'has no kid')]
  const isRsa = key.kty === 'RSA'
  if (!isRsa && !(key.kty === 'EC' && key.crv === 'P-384')) {
    return [wrongKey(index, '须为 RSA 或 P-384', 'must be RSA or P-384')]
  }
  // NIST SP 800-131A: RSA below 2048 bits is broken enough.
  if (isRsa && Buffer.from(key.n ?? '', 'base64url').length < 256) {
    return [wrongKey(index, 'RSA 不足 2048 位', 'is an RSA key below 2048 bits')]
  }
  return importJWK(key, isRsa ? 'RS384' : 'ES384').then(
    () => [],
    () => [wrongKey(index, '不是可用的公钥', 'is not a usable public key')],
  )
}

const wrongKey = (index: number, zh: string, en: string): InputIssue => ({
  field: `jwks.keys[${index}]`,
  rule: 'key',
  zh,
  en,
})
