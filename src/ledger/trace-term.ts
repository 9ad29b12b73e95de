import type { TraceQuestion } from '../contract/index.ts'
import type { Entry, EntryKind } from './entry.ts'

/** Every filter that is a value an entry holds. The numbers stand in hashes on disk and never change. */
const filterNumbers = {
  kind: 1,
  action: 2,
  purpose: 3,
  outcome: 4,
  patient: 5,
  person: 6,
  onBehalfOf: 7,
  department: 8,
  terminal: 9,
  application: 10,
  session: 11,
  record: 12,
  requestId: 13,
  spoolReceipt: 14,
} as const
export type TermFilter = keyof typeof filterNumbers

/** Calls `tell` for each value an entry can be asked by. What an entry does not hold is not told. */
export function tellTerms(entry: Partial<Entry>, tell: (filter: TermFilter, value: string) => void): void {
  const { actor, terminal, record } = entry
  if (entry.kind !== undefined) tell('kind', entry.kind)
  if (entry.outcome !== undefined) tell('outcome', String(entry.outcome))
  if (entry.action !== undefined) tell('action', entry.action)
  if (entry.purpose !== undefined) tell('purpose', entry.purpose)
  if (entry.patient !== undefined) tell('patient', entry.patient)
  if (entry.requestId !== undefined) tell('requestId', entry.requestId)
  if (actor !== undefined) {
    if (actor.person !== undefined) tell('person', actor.person)
    if (actor.onBehalfOf !== undefined) tell('onBehalfOf', actor.onBehalfOf)
    if (actor.application !== undefined) tell('application', actor.application)
    if (actor.session !== undefined) tell('session', actor.session)
    if (actor.departments !== undefined) for (const department of actor.departments) tell('department', department)
  }
  if (terminal !== undefined) {
    tell('terminal', terminal.address)
    if (terminal.device !== undefined) tell('terminal', terminal.device)
  }
  if (record !== undefined) {
    tell('record', record.type)
    tell('record', `${record.type}/${record.id}`)
  }
  const spool = entry.detail?.spool as { readonly id?: unknown; readonly index?: unknown } | undefined
  if (typeof spool?.id === 'string' && typeof spool.index === 'number') {
    tell('spoolReceipt', `S${spool.id}-${spool.index}`)
  }
}

/**
 * A term as 32 bits: FNV-1a over its filter and UTF-16 code units, then the finalizer of MurmurHash3, so that the
 * first bits, which choose the block, are even. Two terms with one hash only cost a look at an entry in vain.
 */
export function hashOfTerm(filter: TermFilter, value: string): number {
  let hash = Math.imul(0x811c9dc5 ^ filterNumbers[filter], 0x01000193)
  for (let at = 0; at < value.length; at++) hash = Math.imul(hash ^ value.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** What is asked of a value: the entry holds one of these. */
export interface AskedTerm {
  readonly filter: TermFilter
  readonly values: readonly string[]
}

export function askedTerms(question: Partial<TraceQuestion>, kinds?: readonly EntryKind[]): readonly AskedTerm[] {
  const asked: AskedTerm[] = []
  for (const filter of Object.keys(filterNumbers) as TermFilter[]) {
    const value = question[filter]
    if (value !== undefined) asked.push({ filter, values: [String(value)] })
  }
  if (kinds !== undefined) asked.push({ filter: 'kind', values: kinds })
  return asked
}

export function holdsTerms(entry: Entry, asked: readonly AskedTerm[]): boolean {
  return asked.every(({ filter, values }) => {
    let holds = false
    tellTerms(entry, (told, value) => {
      if (told === filter && values.includes(value)) holds = true
    })
    return holds
  })
}
