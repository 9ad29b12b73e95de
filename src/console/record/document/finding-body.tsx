import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { type Fact, Facts } from '../../shape/dossier.tsx'
import type { Json } from '../fhir/element.ts'
import { readCondition, readProcedure } from '../fhir/finding.ts'
import { type ObservationFacts, readObservation } from '../fhir/observation.ts'
import { readOrder } from '../fhir/order.ts'
import { addresses, useReader, useRecord } from '../record-context.ts'
import { RecordMoment } from '../record-moment.tsx'
import { searchQuery } from '../record-queries.ts'
import { codeParameter } from '../result/code-parameter.ts'
import { ResultTable } from '../result/result-table.tsx'

export function OrderBody({ resource }: { resource: Json }) {
  const { t } = useTranslation()
  const order = readOrder(resource)
  const priority = order.priority
  return (
    <Body
      facts={[
        list(order.isMedication ? t('record.reader.instructions') : t('record.reader.details'), order.instructions),
        one(
          t('record.reader.priority'),
          priority && t(`record.priority.${priority}` as 'record.priority.stat', { defaultValue: priority }),
        ),
        one(t('record.reader.requester'), order.requester),
        one(t('record.reader.performer'), order.performer),
        list(t('record.reader.reasons'), order.reasons),
        list(t('record.reader.notes'), order.notes),
      ]}
    />
  )
}

export function ProcedureBody({ resource }: { resource: Json }) {
  const { t } = useTranslation()
  const procedure = readProcedure(resource)
  return (
    <Body
      facts={[
        {
          label: t('record.reader.period'),
          value: (
            <>
              <RecordMoment at={procedure.moment} />
              {procedure.end ? (
                <>
                  {' '}
                  – <RecordMoment at={procedure.end} />
                </>
              ) : null}
            </>
          ),
        },
        ...procedure.performers.map((performer) => ({
          id: `${performer.role} ${performer.name}`,
          label: performer.role ?? t('record.reader.performer'),
          value: performer.name,
        })),
        list(t('record.reader.bodySite'), procedure.bodySites),
        one(t('record.reader.outcome'), procedure.outcome),
        list(t('record.reader.reasons'), procedure.reasons),
        list(t('record.reader.notes'), procedure.notes),
      ]}
    />
  )
}

export function ConditionBody({ resource }: { resource: Json }) {
  const { t } = useTranslation()
  const condition = readCondition(resource)
  return (
    <Body
      facts={[
        one(t('record.reader.code'), condition.code),
        one(
          t('record.reader.clinicalStatus'),
          condition.clinicalStatus &&
            t(`record.status.${condition.clinicalStatus}` as 'record.status.active', {
              defaultValue: condition.clinicalStatus,
            }),
        ),
        one(t('record.reader.recorder'), condition.recorder),
      ]}
    />
  )
}

export function ObservationBody({ resource }: { resource: Json }) {
  const { t } = useTranslation()
  const { patient } = useRecord()
  const observation = readObservation(resource)
  const together = useMeasuredTogether(observation)
  const code = codeParameter(observation)
  return (
    <div className="reader-body">
      <ResultTable label={observation.name} rows={[{ observation, previous: undefined }]} />
      {together.length > 0 ? (
        <section className="document-section">
          <h3>{t('record.reader.measured')}</h3>
          <ResultTable
            label={t('record.reader.measured')}
            rows={together.map((one) => ({ observation: one, previous: undefined }))}
          />
        </section>
      ) : null}
      <Facts
        facts={[
          one(t('record.reader.specimen'), observation.specimen),
          one(t('record.reader.method'), observation.method),
          one(t('record.reader.performer'), observation.performer),
          list(t('record.reader.notes'), observation.notes),
        ].filter((fact) => fact !== undefined)}
      />
      {code ? <Link to={addresses.trend(patient, code)}>{t('record.reader.trend')}</Link> : null}
    </div>
  )
}

/** The line of the time line stands for all that was measured in one moment; so does what it opens. */
function useMeasuredTogether(observation: ObservationFacts): readonly ObservationFacts[] {
  const { patient } = useRecord()
  const { moment } = observation
  const question = new URLSearchParams({ patient, date: moment ?? '', _count: '50' })
  const found = useQuery({
    ...searchQuery(useReader(), `Observation?${question}`),
    enabled: moment?.includes('T') ?? false,
  })
  return (found.data?.resources ?? [])
    .map(readObservation)
    .filter(
      (one) =>
        one.id !== observation.id && one.category === observation.category && one.encounter === observation.encounter,
    )
}

function Body({ facts }: { facts: readonly (Fact | undefined)[] }) {
  return (
    <div className="reader-body">
      <Facts facts={facts.filter((fact) => fact !== undefined)} />
    </div>
  )
}

function one(label: string, value: string | undefined): Fact | undefined {
  return value === undefined || value === '' ? undefined : { label, value }
}

function list(label: string, values: readonly string[]): Fact | undefined {
  return values.length === 0 ? undefined : { label, value: values.join('\n') }
}
