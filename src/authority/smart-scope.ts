import type { Action, Caller } from '../kernel/index.ts'

/** What an application's scopes leave of an action: all types, or these. */
export interface ScopeBound {
  readonly scoped: boolean
  readonly types: ReadonlySet<string>
}

const unbounded: ScopeBound = { scoped: false, types: new Set() }
/** SMART 2.2 letters (c r u d s); what is carried away is read first. Version 1 words are read as their letters. */
const letterOf: Readonly<Record<Action, string>> = {
  view: 'r',
  list: 's',
  create: 'c',
  update: 'u',
  delete: 'd',
  print: 'r',
  copy: 'r',
  export: 'r',
  'read-trace': 'r',
  administer: 'u',
}
const scopePattern = /^(?:patient|user|system)\/([A-Za-z]+|\*)\.(read|write|\*|c?r?u?d?s?)(?:\?.*)?$/

/**
 * SMART scopes as an upper bound, never a grant: a person without an application is not bounded; an application with
 * no scope that covers the action reaches no type. A scope narrowed by a query (`?category=…`) is not understood, and
 * so covers nothing.
 */
export function scopeBound(caller: Caller, action: Action): ScopeBound {
  if (caller.application === undefined && caller.scopes === undefined) return unbounded
  const types = new Set<string>()
  for (const scope of caller.scopes ?? []) {
    const match = scopePattern.exec(scope)
    if (!match || scope.includes('?')) continue
    const [, type, verbs] = match
    if (!lettersOf(verbs!).includes(letterOf[action])) continue
    if (type === '*') return unbounded
    types.add(type!)
  }
  return { scoped: true, types }
}

function lettersOf(verbs: string): string {
  if (verbs === '*') return 'cruds'
  if (verbs === 'read') return 'rs'
  return verbs === 'write' ? 'cud' : verbs
}
