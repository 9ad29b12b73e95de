import type { Entry } from '../ledger/index.ts'
import type { Coding } from './audit-event.ts'
import type { EventShape } from './audit-pattern.ts'
import { rest } from './coding.ts'
import { foreignFacts } from './foreign-facts.ts'

/** What another system calls its event, as it was taken in. */
export function foreignShape(entry: Entry): EventShape {
  const { event } = foreignFacts(entry)
  const own: readonly Coding[] = event?.subtypes ?? []
  return { pattern: 'foreign', type: event?.type ?? rest, subtypes: own, action: event?.action ?? 'E' }
}
