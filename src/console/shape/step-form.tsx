import { type FormEvent, type ReactNode, useEffect, useId, useState } from 'react'
import { useSession } from '../api/session.ts'
import './step-form.css'

interface StepFormProps {
  readonly label: string
  readonly children: ReactNode
  /** What will happen when it is sent, said before it happens. */
  readonly consequences: { readonly title: string; readonly lines: readonly string[] }
  readonly actions: ReactNode
  onSubmit(): void
}

/** A form that says what will happen before it happens. Validation stands at the field, in words. */
export function StepForm({ label, children, consequences, actions, onSubmit }: StepFormProps) {
  return (
    <form
      className="step-form"
      aria-label={label}
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      {children}
      <section className="step-form-consequences">
        <h2>{consequences.title}</h2>
        <ul>
          {consequences.lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </section>
      <div className="step-form-actions">{actions}</div>
    </form>
  )
}

interface FieldProps {
  readonly label: string
  readonly hint?: string | undefined
  readonly error?: string | undefined
  /** Gets the ids for the control: `<Input {...control} />`. */
  children(control: { id: string; 'aria-describedby': string; 'aria-invalid': boolean }): ReactNode
}

export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId()
  const told = `${id}-told`
  return (
    <div className={error ? 'field field-wrong' : 'field'}>
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': told, 'aria-invalid': error !== undefined })}
      <p id={told} className="field-told" aria-live="polite">
        {error ?? hint}
      </p>
    </div>
  )
}

interface ChoicesProps<Value extends string> {
  readonly label: string
  readonly name: string
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  readonly value: Value | undefined
  readonly error?: string | undefined
  onChoose(value: Value): void
}

/** A short closed list, all of it visible: one tap, or arrow keys. */
export function Choices<Value extends string>({ label, name, options, value, error, onChoose }: ChoicesProps<Value>) {
  const told = useId()
  return (
    <fieldset className={error ? 'choices field-wrong' : 'choices'} aria-describedby={told}>
      <legend>{label}</legend>
      <div className="choices-options">
        {options.map((option) => (
          <label key={option.value} className={option.value === value ? 'choice choice-chosen' : 'choice'}>
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChoose(option.value)}
            />
            {option.label}
          </label>
        ))}
      </div>
      <p id={told} className="field-told" aria-live="polite">
        {error}
      </p>
    </fieldset>
  )
}

/** A draft that outlives the page and the session, in this window and for this person only, and is dropped once sent. */
export function useDraft<Draft extends object>(key: string, initial: Draft) {
  const { person } = useSession()
  const place = `chartward.draft.${person.id}.${key}`
  const [draft, setDraft] = useState<Draft>(() => {
    const kept = sessionStorage.getItem(place)
    return kept ? { ...initial, ...(JSON.parse(kept) as Partial<Draft>) } : initial
  })
  useEffect(() => {
    sessionStorage.setItem(place, JSON.stringify(draft))
  }, [place, draft])
  return {
    draft,
    change: (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part })),
    drop: () => sessionStorage.removeItem(place),
  }
}
