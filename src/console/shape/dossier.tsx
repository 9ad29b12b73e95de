import type { ReactNode } from 'react'
import './dossier.css'

export interface Fact {
  readonly label: string
  readonly value: ReactNode
  readonly id?: string
}

/** Facts of a dossier, each with its label; sources and ends stand in the value. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="facts">
      {facts.map((fact) => (
        <div key={fact.id ?? fact.label}>
          <dt>{fact.label}</dt>
          <dd>{fact.value}</dd>
        </div>
      ))}
    </dl>
  )
}

export interface TimeLineEntry {
  readonly id: string
  readonly when: ReactNode
  readonly what: ReactNode
  readonly mark?: 'now' | 'past' | 'coming'
}

export function TimeLine({ label, entries }: { label: string; entries: readonly TimeLineEntry[] }) {
  return (
    <ol className="time-line" aria-label={label}>
      {entries.map((entry) => (
        <li key={entry.id} className={`time-line-${entry.mark ?? 'past'}`}>
          <div className="time-line-when">{entry.when}</div>
          <div>{entry.what}</div>
        </li>
      ))}
    </ol>
  )
}

export function DossierSection({
  title,
  children,
  actions,
}: {
  title: string
  children: ReactNode
  actions?: ReactNode
}) {
  return (
    <section className="dossier-section">
      <div className="dossier-section-head">
        <h2>{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  )
}

/** One thing whole: head with state, its story in the middle, facts and related things at the right. */
export function Dossier({ head, story, side }: { head: ReactNode; story: ReactNode; side?: ReactNode }) {
  return (
    <article className="dossier">
      {head}
      <div className={side ? 'dossier-columns' : undefined}>
        <div className="dossier-story">{story}</div>
        {side ? <aside className="dossier-side">{side}</aside> : null}
      </div>
    </article>
  )
}
