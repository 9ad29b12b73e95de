import './state-tag.css'

/** State is word, shape and colour together. `sealed` alone is vermilion and bears the stamp. */
export type StateTone = 'good' | 'plain' | 'attention' | 'ended' | 'sealed'

export function StateTag({ tone, children }: { tone: StateTone; children: string }) {
  return (
    <span className={`state-tag state-${tone}`}>
      <svg viewBox="0 0 12 12" aria-hidden="true" focusable="false">
        {shapes[tone]}
      </svg>
      {children}
    </span>
  )
}

const shapes: Readonly<Record<StateTone, React.ReactNode>> = {
  good: <circle cx="6" cy="6" r="4" fill="currentColor" />,
  plain: <circle cx="6" cy="6" r="3.4" fill="none" stroke="currentColor" strokeWidth="1.6" />,
  attention: <path d="M6 1.4 11 10.4H1z" fill="currentColor" />,
  ended: <path d="M2 6h8" stroke="currentColor" strokeWidth="2" />,
  sealed: <path d="M1.5 1.5h9v9h-9zM4 4h4v4H4z" fill="none" stroke="currentColor" strokeWidth="1.6" />,
}
