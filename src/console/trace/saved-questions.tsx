import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Drawer from 'antd/es/drawer'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SavedQuestions as Saved, SavedQuestion } from '../../contract/index.ts'
import { useApi } from '../api/client.ts'
import { useTimeZone } from '../api/session.ts'
import { keepQuestion, removeQuestion, restoreQuestion, savedQuestionsQuery } from '../api/traces.ts'
import { Failure } from '../shape/page-state.tsx'
import { Field, StepForm } from '../shape/step-form.tsx'
import { absoluteDay } from '../time/hospital-time.ts'
import { type Filters, filtersOf, questionOf } from './trace-question.ts'
import './saved-questions.css'

interface SavedQuestionsProps {
  readonly filters: Filters
  onChoose(filters: Filters): void
}

/** Questions kept under a name, one tap each; one's own can be changed, shared, and removed with a way back. */
export function SavedQuestions({ filters, onChoose }: SavedQuestionsProps) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const api = useApi()
  const saved = useQuery(savedQuestionsQuery(api))
  const [editing, setEditing] = useState<SavedQuestion | 'new'>()
  const [removed, setRemoved] = useState<SavedQuestion>()
  const again = useRefreshed()
  const restore = useMutation({
    mutationFn: (id: string) => restoreQuestion(api, id),
    onSuccess: () => {
      setRemoved(undefined)
      return again()
    },
  })
  const questions = saved.data?.questions ?? []
  const mayKeep = Object.keys(filters).length > 0
  if (!mayKeep && questions.length === 0 && !removed) return null
  return (
    <div className="saved-questions" data-testid="saved-questions">
      <span className="faint small">{t('trace.saved')}</span>
      {questions.map((question) => (
        <span key={question.id} className="saved-question">
          <button
            type="button"
            className="plain-button"
            title={question.mine ? undefined : t('trace.savedBy', { name: question.owner.name })}
            onClick={() => onChoose(filtersOf(question.terms, (instant) => absoluteDay(Date.parse(instant), zone)))}
          >
            {question.name}
            {question.sharedWith ? <span className="faint small"> · {question.sharedWith.name}</span> : null}
          </button>
          {question.mine ? (
            <button
              type="button"
              className="plain-button saved-question-change"
              aria-label={t('trace.changeSaved', { name: question.name })}
              onClick={() => setEditing(question)}
            >
              …
            </button>
          ) : null}
        </span>
      ))}
      {mayKeep ? (
        <Button type="text" size="small" onClick={() => setEditing('new')} data-testid="keep-question">
          {t('trace.keep')}
        </Button>
      ) : null}
      {removed ? (
        <span role="status" className="saved-question-removed">
          {t('trace.removed', { name: removed.name })}{' '}
          <Button
            type="link"
            size="small"
            loading={restore.isPending}
            onClick={() => restore.mutate(removed.id)}
            data-testid="undo-remove"
          >
            {t('trace.undo')}
          </Button>
        </span>
      ) : null}
      <Drawer
        title={editing === 'new' ? t('trace.keep') : t('trace.changeSaved', { name: editing?.name ?? '' })}
        open={editing !== undefined}
        onClose={() => setEditing(undefined)}
        size="min(420px, 100vw)"
        destroyOnHidden
      >
        {editing === undefined ? null : (
          <QuestionForm
            editing={editing}
            filters={filters}
            offices={saved.data?.offices ?? []}
            onDone={() => setEditing(undefined)}
            onRemoved={(question) => {
              setRemoved(question)
              setEditing(undefined)
            }}
          />
        )}
      </Drawer>
    </div>
  )
}

interface QuestionFormProps {
  readonly editing: SavedQuestion | 'new'
  readonly filters: Filters
  readonly offices: Saved['offices']
  onDone(): void
  onRemoved(question: SavedQuestion): void
}

function QuestionForm({ editing, filters, offices, onDone, onRemoved }: QuestionFormProps) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const api = useApi()
  const again = useRefreshed()
  const known = editing === 'new' ? undefined : editing
  const [name, setName] = useState(known?.name ?? '')
  const [office, setOffice] = useState(known?.sharedWith?.id ?? '')
  const [asNow, setAsNow] = useState(known === undefined)
  const [tried, setTried] = useState(false)
  const keep = useMutation({
    mutationFn: () =>
      keepQuestion(
        api,
        {
          name: name.trim(),
          terms: asNow || !known ? questionOf(filters, zone) : known.terms,
          ...(office ? { office } : {}),
        },
        known?.id,
      ),
    onSuccess: async () => {
      await again()
      onDone()
    },
  })
  const remove = useMutation({
    mutationFn: (question: SavedQuestion) => removeQuestion(api, question.id),
    onSuccess: async (_, question) => {
      await again()
      onRemoved(question)
    },
  })
  const failure = keep.error ?? remove.error
  return (
    <StepForm
      label={t('trace.keep')}
      consequences={{ title: t('opening.willHappen'), lines: [t('trace.keepTraced'), t('trace.keepNothingRead')] }}
      onSubmit={() => {
        setTried(true)
        if (name.trim()) keep.mutate()
      }}
      actions={
        <>
          <Button type="primary" htmlType="submit" loading={keep.isPending} data-testid="keep">
            {t('trace.keepDo')}
          </Button>
          {known ? (
            <Button
              danger
              type="text"
              loading={remove.isPending}
              onClick={() => remove.mutate(known)}
              data-testid="remove-question"
            >
              {t('state.remove')}
            </Button>
          ) : null}
        </>
      }
    >
      <Field label={t('state.savedName')} error={tried && !name.trim() ? t('trace.nameNeeded') : undefined}>
        {(control) => (
          <input
            {...control}
            type="text"
            className="filter-field"
            name="question-name"
            maxLength={60}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('trace.shareWith')} hint={t('trace.shareHint')}>
        {(control) => (
          <select
            {...control}
            className="filter-field"
            value={office}
            onChange={(event) => setOffice(event.target.value)}
          >
            <option value="">{t('trace.onlyMe')}</option>
            {offices.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        )}
      </Field>
      {known && Object.keys(filters).length > 0 ? (
        <label className="saved-question-now">
          <input type="checkbox" checked={asNow} onChange={(event) => setAsNow(event.target.checked)} />{' '}
          {t('trace.takeFilters')}
        </label>
      ) : null}
      {failure ? <Failure error={failure} compact /> : null}
    </StepForm>
  )
}

function useRefreshed(): () => Promise<void> {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: ['trace', 'questions'] })
}
