import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Use } from '../../contract/index.ts'
import { pathTo } from '../app/rooms.ts'
import { useTerm } from '../i18n/term.ts'
import { type Fact, Facts } from '../shape/dossier.tsx'
import { Moment } from '../time/moment.tsx'
import { UseAct, UseOutcome, UsePerson, UseReason, UseRecord } from '../uses/use-words.tsx'

/** Everything a use says about itself, label by label; what it does not say is left out. */
export function UseFacts({ use }: { use: Use }) {
  const { t } = useTranslation()
  const term = useTerm()
  const facts: (Fact | undefined)[] = [
    { label: t('uses.when'), value: <Moment at={use.recorded} /> },
    { label: t('uses.result'), value: <UseOutcome use={use} /> },
    { label: t('uses.what'), value: <UseAct use={use} /> },
    { label: t('uses.who'), value: <UsePerson use={use} /> },
    use.patient && {
      label: t('uses.whom'),
      value: <Link to={pathTo.patient(use.patient.id)}>{use.patient.name ?? use.patient.id}</Link>,
    },
    use.record && {
      label: t('uses.record'),
      value: (
        <>
          <UseRecord use={use} />{' '}
          <span className="mono faint small">
            {use.record.type}/{use.record.id}
          </span>
        </>
      ),
    },
    use.purpose ? { label: t('uses.purpose'), value: term('purpose', use.purpose) } : undefined,
    use.reason ? { label: t('uses.reason'), value: <UseReason reason={use.reason} /> } : undefined,
    use.code ? { label: t('trace.code'), value: <span className="mono">{use.code}</span> } : undefined,
    use.terminal ? { label: t('uses.where'), value: <span className="mono">{use.terminal}</span> } : undefined,
    use.policies.length > 0
      ? { label: t('trace.policies'), value: <span className="mono small">{use.policies.join(', ')}</span> }
      : undefined,
    use.detail && Object.keys(use.detail).length > 0
      ? { label: t('trace.detail'), value: <pre className="entry-detail">{JSON.stringify(use.detail, null, 1)}</pre> }
      : undefined,
  ]
  return <Facts facts={facts.filter((fact) => fact !== undefined)} />
}
