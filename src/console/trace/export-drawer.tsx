import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Drawer from 'antd/es/drawer'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  type ExportFormat,
  type ExportReason,
  exportFormatSchema,
  exportReasonSchema,
  type TraceExport,
} from '../../contract/index.ts'
import { useApi } from '../api/client.ts'
import { useSession, useTimeZone } from '../api/session.ts'
import { exportsQuery, startExport } from '../api/traces.ts'
import { useTerm } from '../i18n/term.ts'
import { Failure } from '../shape/page-state.tsx'
import { Choices, Field, StepForm, useDraft } from '../shape/step-form.tsx'
import { ExportProgress } from './export-progress.tsx'
import { type Filters, filterNames, questionOf } from './trace-question.ts'
import './export.css'

/** Opens the export of what is asked right now; those under way are found again here. */
export function ExportButton({ filters }: { filters: Filters }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)} data-testid="export">
        {t('trace.export.open')}
      </Button>
      <Drawer
        title={t('trace.export.title')}
        open={open}
        onClose={() => setOpen(false)}
        size="min(560px, 100vw)"
        destroyOnHidden
      >
        <ExportDesk filters={filters} />
      </Drawer>
    </>
  )
}

function ExportDesk({ filters }: { filters: Filters }) {
  const kept = useQuery(exportsQuery(useApi()))
  return (
    <div className="export">
      <ExportList exports={kept.data?.exports ?? []} />
      <ExportForm filters={filters} />
    </div>
  )
}

function ExportList({ exports }: { exports: readonly TraceExport[] }) {
  const { t } = useTranslation()
  if (exports.length === 0) return null
  return (
    <section aria-label={t('trace.export.own')}>
      <h2>{t('trace.export.own')}</h2>
      <ul className="export-list">
        {exports.map((one) => (
          <li key={one.id}>
            <ExportProgress begun={one} />
          </li>
        ))}
      </ul>
    </section>
  )
}

interface Draft {
  readonly format: ExportFormat
  readonly purpose?: string
  readonly reason?: ExportReason
  readonly text?: string
}

function ExportForm({ filters }: { filters: Filters }) {
  const { t } = useTranslation()
  const term = useTerm()
  const api = useApi()
  const zone = useTimeZone()
  const queries = useQueryClient()
  const purposes = usePurposes()
  const { draft, change, drop } = useDraft<Draft>('trace-export', {
    format: 'csv',
    ...(purposes.length === 1 && purposes[0] ? { purpose: purposes[0] } : {}),
  })
  const [tried, setTried] = useState(false)
  const asked = useFilterWords(filters)
  const { purpose, reason } = draft
  const text = draft.text?.trim() ?? ''
  const start = useMutation({
    mutationFn: (stated: { purpose: string; reason: ExportReason }) =>
      startExport(api, { terms: questionOf(filters, zone), format: draft.format, text, ...stated }),
    onSuccess: () => {
      drop()
      change({ text: '' })
      setTried(false)
      return queries.invalidateQueries({ queryKey: ['trace', 'exports'] })
    },
  })
  return (
    <StepForm
      label={t('trace.export.title')}
      consequences={{
        title: t('opening.willHappen'),
        lines: [t('trace.export.willTrace'), t('trace.export.willMark'), t('trace.export.willProve')],
      }}
      onSubmit={() => {
        setTried(true)
        if (purpose && reason && text.length >= 4) start.mutate({ purpose, reason })
      }}
      actions={
        <Button type="primary" htmlType="submit" loading={start.isPending} data-testid="start-export">
          {t('trace.export.start')}
        </Button>
      }
    >
      <p className="export-question" data-testid="export-question">
        {asked.length === 0 ? t('trace.export.everything') : t('trace.export.asked', { question: asked.join('；') })}
      </p>
      <Choices
        label={t('trace.export.format')}
        name="format"
        options={exportFormatSchema.options.map((value) => ({ value, label: term('exportFormat', value) }))}
        value={draft.format}
        onChoose={(format) => change({ format })}
      />
      <Choices
        label={t('uses.purpose')}
        name="purpose"
        options={purposes.map((value) => ({ value, label: term('purpose', value) }))}
        value={purpose}
        error={tried && !purpose ? t('opening.purposeNeeded') : undefined}
        onChoose={(value) => change({ purpose: value })}
      />
      <Choices
        label={t('uses.reason')}
        name="reason"
        options={exportReasonSchema.options.map((value) => ({ value, label: term('exportReason', value) }))}
        value={reason}
        error={tried && !reason ? t('opening.reasonNeeded') : undefined}
        onChoose={(value) => change({ reason: value })}
      />
      <Field
        label={t('trace.export.text')}
        hint={t('trace.export.textHint')}
        error={tried && text.length < 4 ? t('trace.export.textNeeded') : undefined}
      >
        {(control) => (
          <textarea
            {...control}
            className="text-area"
            name="export-text"
            rows={2}
            maxLength={500}
            value={draft.text ?? ''}
            onChange={(event) => change({ text: event.target.value })}
          />
        )}
      </Field>
      {start.isError ? <Failure error={start.error} compact /> : null}
    </StepForm>
  )
}

/** What is asked, as it will stand in the file. */
function useFilterWords(filters: Filters): readonly string[] {
  const { t } = useTranslation()
  const term = useTerm()
  return filterNames.flatMap((name) => {
    const value = filters[name]
    if (value === undefined) return []
    const coded = name === 'kind' || name === 'action' || name === 'purpose' || name === 'outcome'
    return [`${t(`trace.${name}`)}：${coded ? term(name, value) : value}`]
  })
}

/** Purposes for which posts of one's own may export; whether it is allowed is decided when it is asked. */
function usePurposes(): readonly string[] {
  const { roles } = useSession()
  if (roles.includes('discipline-inspector')) return ['SUPERVISE']
  return roles.includes('medical-affairs') ? ['HLEGAL', 'HOPERAT', 'PATRQT'] : ['HOPERAT', 'HLEGAL']
}
