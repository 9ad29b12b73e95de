import { useTranslation } from 'react-i18next'
import { StateTag, type StateTone } from '../../state/state-tag.tsx'

/** A FHIR status in a word; one without a word is shown as it stands. */
export function StatusWord({ status }: { status: string }) {
  const { t } = useTranslation()
  const words = t(`record.status.${status}` as 'record.status.final', { defaultValue: status })
  return <StateTag tone={tones[status] ?? 'plain'}>{words}</StateTag>
}

const tones: Readonly<Record<string, StateTone>> = {
  final: 'good',
  completed: 'good',
  active: 'good',
  'in-progress': 'good',
  available: 'good',
  amended: 'attention',
  corrected: 'attention',
  'entered-in-error': 'attention',
  'not-done': 'attention',
  preliminary: 'plain',
  finished: 'ended',
  stopped: 'ended',
  cancelled: 'ended',
  revoked: 'ended',
  resolved: 'ended',
  inactive: 'ended',
}
