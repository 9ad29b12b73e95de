import { useTranslation } from 'react-i18next'
import { Link, type To } from 'react-router'
import type { Use } from '../../contract/index.ts'
import { pathTo } from '../app/rooms.ts'
import { useTerm } from '../i18n/term.ts'
import type { Column } from '../shape/list.tsx'
import { Moment } from '../time/moment.tsx'
import { UseAct, UseOutcome, UsePerson, UsePurpose, UseRecord } from './use-words.tsx'

export type UseColumn = 'when' | 'who' | 'whom' | 'what' | 'record' | 'purpose' | 'where' | 'result' | 'sequence'

/** Columns of a trace, in the order asked for. The first one opens the entry. */
export function useUseColumns(ids: readonly UseColumn[], entryAddress: (use: Use) => To): readonly Column<Use>[] {
  const { t } = useTranslation()
  const term = useTerm()
  const all: Readonly<Record<UseColumn, Column<Use>>> = {
    when: {
      id: 'when',
      label: t('uses.when'),
      render: (use) => (
        <Link className="row-link" to={entryAddress(use)} preventScrollReset>
          <span className="unseen">{t('trace.openEntry', { sequence: use.sequence })}</span>
          <Moment at={use.recorded} stacked />
        </Link>
      ),
    },
    who: { id: 'who', label: t('uses.who'), weight: 'second', render: (use) => <UsePerson use={use} /> },
    whom: {
      id: 'whom',
      label: t('uses.whom'),
      weight: 'second',
      render: (use) =>
        use.patient ? (
          <Link className="above-row-link" to={pathTo.patient(use.patient.id)}>
            {use.patient.name ?? use.patient.id}
          </Link>
        ) : null,
    },
    what: { id: 'what', label: t('uses.what'), weight: 'second', render: (use) => <UseAct use={use} /> },
    record: { id: 'record', label: t('uses.record'), weight: 'second', render: (use) => <UseRecord use={use} /> },
    purpose: { id: 'purpose', label: t('uses.purpose'), weight: 'second', render: (use) => <UsePurpose use={use} /> },
    where: {
      id: 'where',
      label: t('uses.where'),
      weight: 'third',
      render: (use) => (
        <span className="small soft">
          {use.terminal}
          {use.channel ? ` · ${term('channel', use.channel)}` : ''}
        </span>
      ),
    },
    result: { id: 'result', label: t('uses.result'), render: (use) => <UseOutcome use={use} /> },
    sequence: {
      id: 'sequence',
      label: t('uses.sequence'),
      weight: 'third',
      align: 'numeric',
      render: (use) => <span className="mono faint">{use.sequence}</span>,
    },
  }
  return ids.map((id) => all[id])
}
