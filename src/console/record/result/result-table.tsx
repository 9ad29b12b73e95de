import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { numberText } from '../fhir/datatype.ts'
import { flagIsAbnormal, type MeasuredValue, type ObservationFacts, observationText } from '../fhir/observation.ts'
import { addresses, useRecord } from '../record-context.ts'
import { RecordMoment } from '../record-moment.tsx'
import { codeParameter } from './code-parameter.ts'
import { FlagMark } from './flag-mark.tsx'
import './result-table.css'

export interface ResultRow {
  readonly observation: ObservationFacts
  /** The same measure one time before. */
  readonly previous: ObservationFacts | undefined
}

/** Values of one report. Rows become cards on a phone; the value and its flag stay beside the name. */
export function ResultTable({ label, rows }: { label: string; rows: readonly ResultRow[] }) {
  const { t } = useTranslation()
  const hasPrevious = rows.some((row) => row.previous !== undefined)
  return (
    <div className="result-table">
      {/* biome-ignore-start lint/a11y/noRedundantRoles: rows laid out as cards lose the roles of a table */}
      <table role="table" aria-label={label}>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">
              {t('record.results.item')}
            </th>
            <th role="columnheader" scope="col" className="result-number">
              {t('record.results.value')}
            </th>
            <th role="columnheader" scope="col">
              {t('record.results.unit')}
            </th>
            <th role="columnheader" scope="col">
              {t('record.results.range')}
            </th>
            {hasPrevious ? (
              <th role="columnheader" scope="col">
                {t('record.results.previous')}
              </th>
            ) : null}
            <th role="columnheader" scope="col">
              <span className="unseen">{t('record.results.trend')}</span>
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.flatMap((row) =>
            row.observation.values.map((value, index) => (
              <Row
                key={`${row.observation.id} ${value.name ?? ''}`}
                row={row}
                value={value}
                isFirst={index === 0}
                hasPrevious={hasPrevious}
              />
            )),
          )}
        </tbody>
      </table>
      {/* biome-ignore-end lint/a11y/noRedundantRoles: see above */}
    </div>
  )
}

interface RowProps {
  readonly row: ResultRow
  readonly value: MeasuredValue
  readonly isFirst: boolean
  readonly hasPrevious: boolean
}

function Row({ row, value, isFirst, hasPrevious }: RowProps) {
  const { t } = useTranslation()
  const { patient } = useRecord()
  const { observation, previous } = row
  const code = codeParameter(observation)
  const name = value.name ?? observation.name
  const canTrend = isFirst && code !== undefined && observation.values.some((one) => one.number !== undefined)
  return (
    <tr className={flagIsAbnormal(value.flag) ? 'result-abnormal' : undefined}>
      <th scope="row">
        {value.name ? <span className="faint">{observation.name} · </span> : null}
        {name.replace(`${observation.name} · `, '')}
      </th>
      <td className="result-number" data-label={t('record.results.value')}>
        <span className="result-value">{shownValue(value)}</span> <FlagMark flag={value.flag} />
      </td>
      <td className="result-unit">{value.unit}</td>
      <td className="result-range" data-label={t('record.results.range')}>
        {value.range?.text}
      </td>
      {hasPrevious ? (
        <td className="result-previous" data-label={t('record.results.previous')}>
          {isFirst && previous ? (
            <>
              {observationText(previous)}{' '}
              <span className="faint">
                <RecordMoment at={previous.moment?.slice(0, 10)} />
              </span>
            </>
          ) : null}
        </td>
      ) : null}
      <td className="result-trend">
        {canTrend ? (
          <Link to={addresses.trend(patient, code)} aria-label={t('record.results.trendOf', { name })}>
            {t('record.results.trend')}
          </Link>
        ) : null}
      </td>
    </tr>
  )
}

/** The number alone where the unit has a column of its own. */
function shownValue(value: MeasuredValue): string {
  if (value.isWithheld) return '＊'
  if (value.number === undefined) return value.text ?? '—'
  const comparator = /^[<>]=?/.exec(value.text ?? '')?.[0] ?? ''
  return `${comparator}${numberText(value.number)}`
}
