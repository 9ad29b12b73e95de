import { useMutation, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { type ReminderAnswer, type Standing, standingSchema } from '../../contract/index.ts'
import { useApi } from '../api/client.ts'
import { standingQuery } from '../api/patients.ts'
import { nothing } from '../api/session.ts'
import { WhyButton } from '../explain/why-panel.tsx'
import { useTerm } from '../i18n/term.ts'
import { PageHead } from '../shape/page-head.tsx'
import { Failure } from '../shape/page-state.tsx'
import { Choices, Field, StepForm, useDraft } from '../shape/step-form.tsx'
import { ReceiptChip } from '../use/receipt-chip.tsx'
import { PatientLine } from './patient-line.tsx'

interface Draft {
  readonly purpose?: string
  readonly reason?: string
  readonly text?: string
}

/** The reminder before a record of a patient one does not treat (电子病历系统功能规范 2010): purpose, reason, proceed or turn back. */
export function Reminder({ standing }: { standing: Standing }) {
  const { t } = useTranslation()
  const term = useTerm()
  const navigate = useNavigate()
  const { patient, choices } = standing
  const purposes = [...new Set(choices.map((choice) => choice.purpose))]
  const { draft, change, drop } = useDraft<Draft>(
    `reminder.${patient.id}`,
    purposes.length === 1 && purposes[0] ? { purpose: purposes[0] } : {},
  )
  const [tried, setTried] = useState(false)
  const answer = useAnswer(patient.id)

  const reasons = choices.filter((choice) => choice.purpose === draft.purpose)
  const chosen = reasons.find((choice) => choice.reason === draft.reason)
  const text = draft.text?.trim() ?? ''
  const missing = {
    purpose: draft.purpose ? undefined : t('opening.purposeNeeded'),
    reason: chosen ? undefined : t('opening.reasonNeeded'),
    text: chosen?.textRequired && !text ? t('opening.textNeeded') : undefined,
  }

  function proceed(): void {
    setTried(true)
    if (!chosen || missing.purpose || missing.text) return
    answer.mutate(
      { choice: 'proceed', purpose: chosen.purpose, reason: chosen.reason, ...(text ? { text } : {}) },
      { onSuccess: drop },
    )
  }

  return (
    <>
      <PageHead
        title={t('opening.title')}
        lead={t('opening.lead')}
        marks={<ReceiptChip receipt={standing.receipt} />}
        actions={<WhyButton matter={{ type: 'Patient', id: patient.id }} label={t('why.openAsked')} />}
      />
      <PatientLine patient={patient} />
      <StepForm
        label={t('opening.title')}
        consequences={{
          title: t('opening.willHappen'),
          lines: [t('opening.willTrace'), t('opening.willOpen'), t('opening.willReview')],
        }}
        onSubmit={proceed}
        actions={
          <>
            <Button type="primary" htmlType="submit" size="large" loading={answer.isPending} data-testid="proceed">
              {t('opening.proceed')}
            </Button>
            <Button
              size="large"
              disabled={answer.isPending}
              data-testid="turn-back"
              onClick={() => {
                drop()
                answer.mutate({ choice: 'turn-back' }, { onSuccess: () => navigate('/patients') })
              }}
            >
              {t('opening.turnBack')}
            </Button>
          </>
        }
      >
        <Choices
          label={t('opening.purpose')}
          name="purpose"
          options={purposes.map((purpose) => ({ value: purpose, label: term('purpose', purpose) }))}
          value={draft.purpose}
          error={tried ? missing.purpose : undefined}
          onChoose={(purpose) => change({ purpose, reason: undefined } as Draft)}
        />
        {draft.purpose ? (
          <Choices
            label={t('opening.reason')}
            name="reason"
            options={reasons.map(({ reason }) => ({ value: reason, label: term('reason', reason) }))}
            value={draft.reason}
            error={tried ? missing.reason : undefined}
            onChoose={(reason) => change({ reason })}
          />
        ) : null}
        {chosen ? (
          <Field
            label={chosen.textRequired ? t('opening.text') : `${t('opening.text')} (${t('opening.textOptional')})`}
            hint={t('opening.textHint')}
            error={tried ? missing.text : undefined}
          >
            {(control) => (
              <textarea
                {...control}
                className="text-area"
                rows={3}
                maxLength={500}
                value={draft.text ?? ''}
                onChange={(event) => change({ text: event.target.value })}
              />
            )}
          </Field>
        ) : null}
        {answer.isError ? <Failure error={answer.error} compact /> : null}
      </StepForm>
    </>
  )
}

function useAnswer(patient: string) {
  const api = useApi()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (reply: ReminderAnswer) => {
      const answered = await api.send(nothing, 'POST', `/api/patients/${encodeURIComponent(patient)}/reminder`, reply)
      const standing = standingSchema.safeParse(answered)
      const { queryKey } = standingQuery(api, patient)
      if (standing.success) queries.setQueryData(queryKey, standing.data)
      else await queries.invalidateQueries({ queryKey })
    },
  })
}
