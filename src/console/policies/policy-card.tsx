import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Policy } from '../../contract/index.ts'
import { useClauseName, useLanguage } from '../i18n/term.ts'
import { StateTag } from '../state/state-tag.tsx'

/** One policy: its sentence of the notice in its own words, its conditions in ours, its text folded. */
export function PolicyCard({ policy }: { policy: Policy }) {
  const { t } = useTranslation()
  const { language } = useLanguage()
  const clauseName = useClauseName()
  const forbids = policy.effect === 'forbid'
  return (
    <article className="policy" id={policy.id} data-testid="policy">
      <div className="policy-clause">
        <p className="small soft">{clauseName(policy.clause)}</p>
        {policy.clauseText ? <ClauseText text={policy.clauseText} /> : null}
      </div>
      <div className="policy-rule">
        <h3>
          {language === 'zh' ? policy.titleZh : policy.titleEn}{' '}
          <StateTag tone={forbids ? 'attention' : 'good'}>
            {forbids ? t('policies.effectForbid') : t('policies.effectPermit')}
          </StateTag>
        </h3>
        {policy.conditions.length > 0 ? (
          <>
            <p className="small soft">{forbids ? t('policies.forbidConditions') : t('policies.conditions')}</p>
            <ul className="policy-conditions">
              {policy.conditions.map((condition) => (
                <li key={condition.en}>{condition[language]}</li>
              ))}
            </ul>
          </>
        ) : (
          <p className="small soft">{t('policies.none')}</p>
        )}
        <p className="small faint policy-foot">
          <span className="mono">{policy.id}</span>
          <span>{t('policies.owner', { owner: policy.owner })}</span>
          <span>{t('policies.since', { date: policy.since })}</span>
        </p>
        <details className="policy-cedar">
          <summary>{t('policies.cedar')}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
          <pre tabIndex={0}>{policy.cedar}</pre>
        </details>
      </div>
    </article>
  )
}

const longClause = 150

/** The clause as it binds, in Chinese; a long paragraph opens on demand. */
function ClauseText({ text }: { text: string }) {
  const { t } = useTranslation()
  const [whole, setWhole] = useState(text.length <= longClause)
  return (
    <>
      <blockquote lang="zh-CN" className={whole ? undefined : 'policy-clause-folded'}>
        <p>{text}</p>
      </blockquote>
      {text.length > longClause ? (
        <button
          type="button"
          className="plain-button policy-clause-more no-print"
          aria-expanded={whole}
          onClick={() => setWhole(!whole)}
        >
          {whole ? t('policies.clauseLess') : t('policies.clauseWhole')}
        </button>
      ) : null}
    </>
  )
}
