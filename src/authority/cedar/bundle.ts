import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import cedar from '@cedar-policy/cedar-wasm/nodejs'
import { canonicalJson, sha256Hex } from '../../crypto/index.ts'
import { AuthorityFailure } from '../errors.ts'
import { compilePolicies } from './compile.ts'
import { type PolicySyntax, UnsupportedSyntax } from './est.ts'

/** One policy executes one sentence of the notice; its annotations say which, in both languages, and who owns it. */
export interface Policy {
  readonly id: string
  readonly effect: 'permit' | 'forbid'
  /** Folder of `policies/`, e.g. `10-clinical`. */
  readonly family: string
  readonly clause: string
  readonly titleZh: string
  readonly titleEn: string
  readonly owner: string
  readonly since: string
  readonly reasonZh: string
  readonly reasonEn: string
  /** What a permit obliges to, e.g. `mask-identity`. */
  readonly obligation?: string
  /** The refusal code that a forbid answers with. */
  readonly code?: string
  readonly cedar: string
  readonly syntax: PolicySyntax
}

export interface PolicyBundle {
  readonly policies: readonly Policy[]
  readonly schema: string
  /** Title and sentence of each clause, as they bind. */
  readonly clauses: Readonly<Record<string, { readonly title: string; readonly text: string }>>
  /** SHA-256 over the canonical JSON of schema and policies, hex. */
  readonly digest: string
}

const policiesFolder = fileURLToPath(new URL('../../../policies/', import.meta.url))
const mandatory = [
  'id',
  'clause',
  'title_zh',
  'title_en',
  'owner',
  'since',
  'reason_user_zh',
  'reason_user_en',
] as const
const obligations = ['mask-identity', 'de-identify']

/**
 * Reads `policies/`, parses and strictly validates it against its schema, and lints it.
 * @throws {AuthorityFailure} `policies-invalid`, naming file, line and reason of everything wrong.
 */
export async function loadPolicies(folder = policiesFolder): Promise<PolicyBundle> {
  const schema = await readFile(join(folder, 'schema.cedarschema'), 'utf8')
  const clauses = JSON.parse(await readFile(join(folder, 'clauses.json'), 'utf8')) as PolicyBundle['clauses']
  const wrong: string[] = []
  const policies: Policy[] = []
  const placeOf = new Map<string, string>()
  for (const file of await policyFiles(folder)) {
    const text = await readFile(join(folder, file), 'utf8')
    for (const { policy, place, issues } of parseFile(file, text, clauses)) {
      wrong.push(...issues.map((issue) => `${place}: ${issue}`))
      if (policy === undefined) continue
      if (placeOf.has(policy.id))
        wrong.push(`${place}: @id("${policy.id}") already stands at ${placeOf.get(policy.id)}`)
      placeOf.set(policy.id, place)
      policies.push(policy)
    }
  }
  if (policies.length === 0) wrong.push(`${folder}: there is no policy`)
  wrong.push(...validate(schema, policies, placeOf))
  if (wrong.length > 0) throw new AuthorityFailure('policies-invalid', `policies are refused\n${wrong.join('\n')}`)
  policies.sort((one, other) => (one.id < other.id ? -1 : 1))
  const digest = sha256Hex(canonicalJson({ schema, policies: policies.map(({ id, syntax }) => ({ id, syntax })) }))
  return { policies, schema, clauses, digest }
}

async function policyFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true })
  return names.filter((name) => name.endsWith('.cedar')).sort()
}

interface Parsed {
  readonly policy?: Policy
  readonly place: string
  readonly issues: readonly string[]
}

function parseFile(file: string, text: string, clauses: PolicyBundle['clauses']): readonly Parsed[] {
  const parts = cedar.policySetTextToParts(text)
  if (parts.type === 'failure') {
    return parts.errors.map((error) => {
      const line = lineAt(text, error.sourceLocations?.[0]?.start ?? 0)
      return { place: `${file}:${line}`, issues: [error.message] }
    })
  }
  const templates = parts.policy_templates.map((part) => ({
    place: `${file}:${lineAt(text, text.indexOf(part))}`,
    issues: ['templates are not used'],
  }))
  return [...templates, ...parts.policies.map((part) => parsePolicy(file, text, part, clauses))]
}

function parsePolicy(file: string, text: string, part: string, clauses: PolicyBundle['clauses']): Parsed {
  const place = `${file}:${lineAt(text, text.indexOf(part))}`
  const answer = cedar.policyToJson(part)
  if (answer.type === 'failure') return { place, issues: answer.errors.map((error) => error.message) }
  const syntax = answer.json as unknown as PolicySyntax
  const notes = syntax.annotations ?? {}
  const issues: string[] = mandatory
    .filter((name) => !notes[name]?.trim())
    .map((name) => `annotation @${name} is missing`)
  if (notes.clause && !Object.hasOwn(clauses, notes.clause))
    issues.push(`clause ${notes.clause} is not in clauses.json`)
  if (notes.obligation && !obligations.includes(notes.obligation)) issues.push(`unknown obligation ${notes.obligation}`)
  if ((syntax.effect === 'forbid') !== (notes.code !== undefined))
    issues.push('@code stands on every forbid, and only there')
  try {
    compilePolicies([{ id: notes.id ?? '', syntax }])
  } catch (error) {
    if (!(error instanceof UnsupportedSyntax)) throw error
    issues.push(`not supported: ${error.message}`)
  }
  const policy: Policy = {
    id: notes.id ?? '',
    effect: syntax.effect,
    family: file.split(/[\\/]/)[0] ?? '',
    clause: notes.clause ?? '',
    titleZh: notes.title_zh ?? '',
    titleEn: notes.title_en ?? '',
    owner: notes.owner ?? '',
    since: notes.since ?? '',
    reasonZh: notes.reason_user_zh ?? '',
    reasonEn: notes.reason_user_en ?? '',
    ...(notes.obligation && { obligation: notes.obligation }),
    ...(notes.code && { code: notes.code }),
    cedar: part,
    syntax,
  }
  return { policy, place, issues }
}

function validate(
  schema: string,
  policies: readonly Policy[],
  placeOf: ReadonlyMap<string, string>,
): readonly string[] {
  const answer = cedar.validate({
    schema,
    policies: { staticPolicies: Object.fromEntries(policies.map((policy) => [policy.id, policy.cedar])) },
  })
  if (answer.type === 'failure') return answer.errors.map((error) => `schema.cedarschema: ${error.message}`)
  return answer.validationErrors.map(({ policyId, error }) => `${placeOf.get(policyId) ?? policyId}: ${error.message}`)
}

const lineAt = (text: string, offset: number): number => text.slice(0, Math.max(offset, 0)).split('\n').length
