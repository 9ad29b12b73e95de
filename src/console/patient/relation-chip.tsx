import type { Relation } from '../../contract/index.ts'
import { useTerm } from '../i18n/term.ts'
import './relation-chip.css'

/** How one stands to a patient, in a word. `none` is said in amber, for it means the reminder. */
export function RelationChip({ relation }: { relation: Relation }) {
  const term = useTerm()
  const tone = relation === 'none' ? 'none' : relation === 'declared' ? 'declared' : 'living'
  return <span className={`relation-chip relation-${tone}`}>{term('relation', relation)}</span>
}
