/**
 * SMART App Launch 2.2 §scopes v2: `system/Observation.rs?category=laboratory`. A scope bounds what an application may
 * ask for; whether the person it acts for may have it is decided elsewhere, each time.
 */
export interface ResourceScope {
  readonly context: 'patient' | 'user' | 'system'
  /** A FHIR resource type, or `*`. */
  readonly type: string
  /** Some of `cruds`, in that order. */
  readonly permissions: string
  /** Search parameters that narrow it, as written. */
  readonly query?: string
}

const pattern = /^(patient|user|system)\/(\*|[A-Z][A-Za-z]{1,63})\.(c?r?u?d?s?)(?:\?([\w.:,|%=&+/-]{1,256}))?$/

/** @returns undefined for anything that is not a v2 resource scope, permissions out of order included. */
export function parseScope(text: string): ResourceScope | undefined {
  const parts = pattern.exec(text)
  if (!parts || parts[3] === '') return undefined
  return {
    context: parts[1] as ResourceScope['context'],
    type: parts[2]!,
    permissions: parts[3]!,
    ...(parts[4] !== undefined && { query: parts[4] }),
  }
}

/** True when everything `asked` allows is allowed by `held` too. */
export function scopeCovers(held: ResourceScope, asked: ResourceScope): boolean {
  return (
    held.context === asked.context &&
    (held.type === '*' || held.type === asked.type) &&
    [...asked.permissions].every((permission) => held.permissions.includes(permission)) &&
    (held.query === undefined || held.query === asked.query)
  )
}

/** Of what is asked for, what the application is registered for; RFC 6749 §3.3 lets the answer be narrower. */
export function grantScopes(registered: readonly string[], asked: readonly string[]): readonly string[] {
  const held = registered.map(parseScope).filter((scope) => scope !== undefined)
  return [...new Set(asked)].filter((text) => {
    const scope = parseScope(text)
    return scope !== undefined && held.some((one) => scopeCovers(one, scope))
  })
}
