import type { Action } from '../kernel/index.ts'
import type { Entry, EntryKind } from '../ledger/index.ts'
import type { AuditAction, Coding } from './audit-event.ts'
import type { AuditPattern, EventShape } from './audit-pattern.ts'
import { authorizationSystem, dcm, lifecycleSystem, rest, restful } from './coding.ts'
import { foreignShape } from './foreign-shape.ts'

/** @param followed the permit or search that the entry follows, where it is at hand. */
export function shapeOf(entry: Entry, followed?: Entry): EventShape {
  return shapes[entry.kind](entry, followed)
}

/**
 * Kinds of entries that can be an event of this type (its code): a question by type need look at no others. What
 * another system calls its events is its own, so those always may be.
 */
export function kindsOfType(code: string): readonly EntryKind[] {
  const kinds = typesOfEvents[code] ?? []
  return [...kinds, 'foreign']
}

const typesOfEvents: Readonly<Record<string, readonly EntryKind[]>> = {
  rest: ['release', 'withheld', 'search', 'exposure', 'write'],
  '110100': ['system', 'anchor'],
  '110101': ['trace-reading'],
  '110106': ['export'],
  '110107': ['import'],
  '110113': [
    'permit',
    'refusal',
    'reminder',
    'authority-change',
    'configuration-change',
    'system',
    'gap',
    'spool-joined',
  ],
  '110114': ['sign-in', 'sign-in-failed', 'sign-out', 'step-up'],
}

const security = (action: AuditAction, ...subtypes: readonly Coding[]): EventShape => ({
  pattern: 'security',
  type: dcm('110113'),
  subtypes,
  action,
})
const authentication = (...subtypes: readonly Coding[]): EventShape => ({
  pattern: 'authentication',
  type: dcm('110114'),
  subtypes,
  action: 'E',
})
const restEvent = (pattern: AuditPattern, interaction: string, action: AuditAction): EventShape => ({
  pattern,
  type: rest,
  subtypes: [restful(interaction)],
  action,
})

const read = restEvent('read', 'read', 'R')
const query = restEvent('query', 'search', 'E')

/** One row for every kind of entry: a new kind does not compile before it has one. */
const shapes: Readonly<Record<EntryKind, (entry: Entry, followed?: Entry) => EventShape>> = {
  permit: () => authorization,
  refusal: (entry) => (entry.decision ? authorization : security('E', dcm('110132'))),
  release: (entry, followed) => (isOfSearch(entry, followed) ? query : ofRecord(entry, followed)),
  withheld: (entry) => restOf(entry.action),
  search: () => query,
  exposure: () => query,
  write: (entry) => restOf(entry.action),
  // Going on after the warning opens what one's post does not open by itself: DICOM's emergency override.
  reminder: (entry) => security('E', entry.detail?.choice === 'proceed' ? dcm('110127') : dcm('110132')),
  'sign-in': () => authentication(dcm('110122')),
  'sign-in-failed': () => authentication(dcm('110122')),
  'sign-out': () => authentication(dcm('110123')),
  'step-up': () => authentication(dcm('110122')),
  'trace-reading': () => ({ pattern: 'log-use', type: dcm('110101'), subtypes: [], action: 'R' }),
  'authority-change': (entry) => security('U', authorityCode(entry)),
  'configuration-change': () => security('U', dcm('110129')),
  import: () => ({ pattern: 'import', type: dcm('110107'), subtypes: [], action: 'C' }),
  export: () => ({
    pattern: 'disclosure',
    type: dcm('110106'),
    subtypes: [{ system: lifecycleSystem, code: 'disclose', display: 'Disclose Record Lifecycle Event' }],
    action: 'R',
  }),
  system: systemShape,
  // A hole in the trace is what DICOM calls audit recording stopped; the spool joined afterwards closes it again.
  gap: () => security('E', dcm('110133')),
  'spool-joined': () => security('E', dcm('110134')),
  anchor: systemShape,
  foreign: foreignShape,
}

const authorization: EventShape = {
  pattern: 'authorization',
  type: dcm('110113'),
  subtypes: [{ system: authorizationSystem, code: 'AuthZ-Role', display: 'Authorization by role' }],
  action: 'E',
}

function isOfSearch(entry: Entry, followed?: Entry): boolean {
  return followed?.kind === 'search' || entry.action === 'list'
}

/** What leaves for a permit is one version, the versions of a record, or its printing, copying or export. */
function ofRecord(entry: Entry, followed?: Entry): EventShape {
  if (entry.detail?.versions === undefined) return restOf(entry.action)
  const whole = followed?.record === undefined && entry.record === undefined
  return restEvent('security', whole ? 'history-type' : 'history-instance', 'R')
}

function restOf(action: Action | undefined): EventShape {
  switch (action) {
    case 'create':
      return restEvent('create', 'create', 'C')
    case 'update':
    case 'administer':
      return restEvent('update', 'update', 'U')
    case 'delete':
      return restEvent('delete', 'delete', 'D')
    case 'list':
      return query
    case 'view':
    case 'print':
    case 'copy':
    case 'export':
    case 'read-trace':
    case undefined:
      return read
  }
}

/** Changes of what people may do by their posts, rosters, cases and agreements, as against who they are. */
const ofRoles = /^(post|roster|rotation|programme|cases|training|grant|upstream-care|terms?|ticket|agreement)/

function authorityCode({ detail }: Entry): Coding {
  const stated = detail?.change ?? detail?.event
  const change = typeof stated === 'string' ? stated : ''
  if (change.startsWith('polic')) return dcm('110129')
  return ofRoles.test(change) ? dcm('110136') : dcm('110137')
}

function systemShape(entry: Entry): EventShape {
  const application = (...subtypes: readonly Coding[]): EventShape => ({
    pattern: 'application',
    type: dcm('110100'),
    subtypes,
    action: 'E',
  })
  if (entry.outcome > 4) return { ...security('E'), pattern: 'application' }
  if (entry.detail?.event === 'start') return application(dcm('110120'))
  if (entry.detail?.event === 'stop') return application(dcm('110121'))
  return application()
}
