import { type KeyboardEvent, type ReactNode, useId } from 'react'
import './tabs.css'

interface TabsProps<Id extends string> {
  readonly label: string
  readonly tabs: readonly { readonly id: Id; readonly label: string; readonly count?: number | undefined }[]
  readonly current: Id
  readonly children: ReactNode
  onChoose(id: Id): void
}

/** Tabs by the WAI-ARIA pattern: one Tab stop, arrow keys between. */
export function Tabs<Id extends string>({ label, tabs, current, children, onChoose }: TabsProps<Id>) {
  const base = useId()
  function onKey(event: KeyboardEvent<HTMLDivElement>): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (step === 0) return
    event.preventDefault()
    const here = tabs.findIndex((tab) => tab.id === current)
    const next = tabs[(here + step + tabs.length) % tabs.length]
    if (!next) return
    onChoose(next.id)
    document.getElementById(`${base}-${next.id}`)?.focus()
  }
  return (
    <>
      <div className="tabs" role="tablist" aria-label={label} onKeyDown={onKey}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${base}-${tab.id}`}
            aria-selected={tab.id === current}
            aria-controls={`${base}-panel`}
            tabIndex={tab.id === current ? 0 : -1}
            className="plain-button"
            data-testid={`tab-${tab.id}`}
            onClick={() => onChoose(tab.id)}
          >
            {tab.label}
            {tab.count === undefined ? null : <span className="tabs-count">{tab.count}</span>}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${base}-panel`} aria-labelledby={`${base}-${current}`}>
        {children}
      </div>
    </>
  )
}
