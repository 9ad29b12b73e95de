import { useTranslation } from 'react-i18next'
import type { Explanation } from '../../contract/index.ts'
import { useClauseName, useTerm } from '../i18n/term.ts'
import { Until } from '../time/moment.tsx'
import { ReceiptChip } from '../use/receipt-chip.tsx'
import './explanation.css'

/** One sentence, what to do, what is missing or what it stands on, and the clauses in their own words. */
export function ExplanationBody({ explanation }: { explanation: Explanation }) {
  const { t } = useTranslation()
  const denied = explanation.effect === 'deny'
  return (
    <div className="why" data-testid="why-panel">
      <p className="why-sentence">{explanation.sentence}</p>
      {explanation.next ? (
        <section className="why-next">
          <h3>{t('why.next')}</h3>
          <p>{explanation.next.text}</p>
        </section>
      ) : null}
      {denied ? <Missing explanation={explanation} /> : null}
      <Grounds explanation={explanation} />
      <Clauses explanation={explanation} />
      {explanation.receipt === undefined ? null : (
        <ReceiptChip receipt={explanation.receipt} purpose={explanation.purpose} />
      )}
    </div>
  )
}

function Grounds({ explanation }: { explanation: Explanation }) {
  const { t } = useTranslation()
  const term = useTerm()
  if (explanation.grounds.length === 0) {
    return explanation.effect === 'deny' ? null : <p className="soft">{t('why.noGrounds')}</p>
  }
  return (
    <section>
      <h3>{t('why.grounds')}</h3>
      <ul className="why-grounds">
        {explanation.grounds.map((ground) => (
          <li key={`${ground.kind} ${ground.text} ${ground.source}`}>
            <span className="why-ground-kind">{term('ground', ground.kind)}</span>
            <span className="why-ground-text">{ground.text}</span>
            <span className="small">
              {ground.until ? <Until at={ground.until} /> : <span className="faint">{t('why.untilEvent')}</span>}
              {ground.source ? <span className="faint"> · {t('why.source', { source: ground.source })}</span> : null}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Missing({ explanation }: { explanation: Explanation }) {
  const { t } = useTranslation()
  const clauseName = useClauseName()
  if (explanation.missing.length === 0) return null
  return (
    <section>
      <h3>{t('why.missing')}</h3>
      <p className="soft small">{t('why.missingLead')}</p>
      <ul className="why-missing">
        {explanation.missing.map((way) => (
          <li key={way.policy}>
            <p>
              {way.title} <span className="faint small">{clauseName(way.clause)}</span>
            </p>
            <ul>
              {way.conditions.map((condition) => (
                <li key={condition}>{condition}</li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Clauses({ explanation }: { explanation: Explanation }) {
  const { t } = useTranslation()
  const clauseName = useClauseName()
  if (explanation.policies.length === 0) return null
  return (
    <section>
      <h3>{t('why.clause')}</h3>
      <ul className="why-clauses">
        {explanation.policies.map((policy) => (
          <li key={policy.id}>
            <span className="small faint">
              {policy.effect === 'permit' ? t('why.permit') : t('why.forbid')} · {clauseName(policy.clause)}
            </span>
            <q>{policy.title}</q>
          </li>
        ))}
      </ul>
    </section>
  )
}
