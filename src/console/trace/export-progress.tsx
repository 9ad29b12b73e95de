import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { useTranslation } from 'react-i18next'
import type { TraceExport } from '../../contract/index.ts'
import { useApi } from '../api/client.ts'
import { exportFileAddress, exportQuery, isUnderWay, stopExport } from '../api/traces.ts'
import { useTerm } from '../i18n/term.ts'
import { Failure } from '../shape/page-state.tsx'
import { StateTag, type StateTone } from '../state/state-tag.tsx'
import { Moment } from '../time/moment.tsx'
import { ReceiptChip } from '../use/receipt-chip.tsx'

/** One export: how far it is, a way to stop it, and its file. It goes on when one leaves the page. */
export function ExportProgress({ begun }: { begun: TraceExport }) {
  const { t } = useTranslation()
  const term = useTerm()
  const api = useApi()
  const queries = useQueryClient()
  const { data: now } = useQuery(exportQuery(api, begun))
  const stop = useMutation({
    mutationFn: () => stopExport(api, begun.id),
    onSuccess: (stopped) => queries.setQueryData(['trace', 'export', begun.id], stopped),
  })
  const total = now.state === 'finding' ? undefined : now.found
  return (
    <div className="export-one" data-testid="export-one" data-state={now.state}>
      <div className="export-one-head">
        <span>{term('exportFormat', now.format)}</span>
        <StateTag tone={tones[now.state]}>{t(`trace.export.state.${now.state}`)}</StateTag>
        <ReceiptChip receipt={now.receipt} />
      </div>
      <p className="soft small">
        <Moment at={now.startedAt} /> · {term('exportReason', now.reason)} ·{' '}
        {t('trace.export.found', { count: now.found })}
      </p>
      {isUnderWay(now) ? (
        <progress
          aria-label={t(`trace.export.state.${now.state}`)}
          {...(total === undefined || total === 0 ? {} : { value: now.written, max: total })}
        />
      ) : null}
      {now.state === 'failed' ? (
        <p className="small">{t('trace.export.failedLead', { code: now.failure ?? '' })}</p>
      ) : null}
      {stop.isError ? <Failure error={stop.error} compact /> : null}
      <div className="export-one-actions">
        {now.state === 'ready' ? (
          <Button type="primary" href={exportFileAddress(now.id)} download={now.fileName} data-testid="fetch-export">
            {t('trace.export.fetch', { size: sizeWords(now.sizeBytes ?? 0) })}
          </Button>
        ) : null}
        {isUnderWay(now) || now.state === 'ready' ? (
          <Button type="text" loading={stop.isPending} onClick={() => stop.mutate()} data-testid="stop-export">
            {now.state === 'ready' ? t('trace.export.forget') : t('trace.export.stop')}
          </Button>
        ) : null}
      </div>
    </div>
  )
}

const tones: Readonly<Record<TraceExport['state'], StateTone>> = {
  finding: 'plain',
  waiting: 'plain',
  writing: 'plain',
  ready: 'good',
  stopped: 'ended',
  failed: 'attention',
}

function sizeWords(bytes: number): string {
  if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} kB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
