import Button from 'antd/es/button'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { StateTag } from '../../state/state-tag.tsx'
import { flagIsAbnormal, type ObservationFacts } from '../fhir/observation.ts'
import { addresses, useRecord } from '../record-context.ts'
import { RecordMoment } from '../record-moment.tsx'
import { type Panel, previousOf } from './panel.ts'
import { ResultTable } from './result-table.tsx'

/** One panel, one report at a time; the reader steps through them. */
export function PanelCard({ panel }: { panel: Panel }) {
  const { t } = useTranslation()
  const { patient } = useRecord()
  const [index, setIndex] = useState(0)
  const [abnormalOnly, setAbnormalOnly] = useState(false)
  const sheet = panel.sheets[Math.min(index, panel.sheets.length - 1)]!
  const abnormal = sheet.rows.filter(isAbnormal)
  const rows = abnormalOnly ? abnormal : sheet.rows
  const name = usePanelName(panel)
  return (
    <section className="panel-card" data-testid="panel" aria-label={name}>
      <header className="panel-card-head">
        <h2>{name}</h2>
        <span className="soft">
          <RecordMoment at={sheet.moment} />
        </span>
        {abnormal.length > 0 ? (
          <StateTag tone="attention">{t('record.timeline.abnormal', { count: abnormal.length })}</StateTag>
        ) : null}
        <span className="panel-card-tools no-print">
          {abnormal.length > 0 && abnormal.length < sheet.rows.length ? (
            <Button size="small" type="text" aria-pressed={abnormalOnly} onClick={() => setAbnormalOnly(!abnormalOnly)}>
              {abnormalOnly
                ? t('record.results.allRows', { count: sheet.rows.length })
                : t('record.results.abnormalOnly')}
            </Button>
          ) : null}
          {panel.sheets.length > 1 ? <Stepper index={index} count={panel.sheets.length} onStep={setIndex} /> : null}
          {sheet.report ? (
            <Link className="small" to={addresses.record(patient, `DiagnosticReport/${sheet.report.id}`)}>
              {t('record.results.report')}
            </Link>
          ) : null}
        </span>
      </header>
      <ResultTable
        label={name}
        rows={rows.map((observation) => ({ observation, previous: previousOf(panel, index, observation) }))}
      />
      {sheet.report?.conclusion ? <p className="soft panel-card-conclusion">{sheet.report.conclusion}</p> : null}
    </section>
  )
}

function Stepper({ index, count, onStep }: { index: number; count: number; onStep(index: number): void }) {
  const { t } = useTranslation()
  return (
    <span className="stepper">
      <Button
        size="small"
        disabled={index === count - 1}
        onClick={() => onStep(index + 1)}
        aria-label={t('record.results.olderOne')}
      >
        ‹
      </Button>
      <span className="small soft">{t('record.results.position', { index: index + 1, count })}</span>
      <Button
        size="small"
        disabled={index === 0}
        onClick={() => onStep(index - 1)}
        aria-label={t('record.results.newer')}
      >
        ›
      </Button>
    </span>
  )
}

function isAbnormal(observation: ObservationFacts): boolean {
  return observation.values.some((value) => flagIsAbnormal(value.flag))
}

/** Panels without a report are named by category, in words. */
function usePanelName(panel: Panel): string {
  const { t } = useTranslation()
  if (panel.sheets[0]?.report) return panel.name
  return t(`record.results.category.${panel.name}` as 'record.results.category.other', { defaultValue: panel.name })
}
