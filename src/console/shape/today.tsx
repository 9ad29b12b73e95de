import type { ReactNode } from 'react'
import './today.css'

/** What waits for me, most urgent first, each with its one action. */
export interface Waiting {
  readonly id: string
  readonly title: string
  readonly why: string
  readonly action: ReactNode
}

export function WaitingList({ label, items }: { label: string; items: readonly Waiting[] }) {
  if (items.length === 0) return null
  return (
    <section className="waiting" aria-label={label}>
      <h2>{label}</h2>
      <ul>
        {items.map((item) => (
          <li key={item.id}>
            <div>
              <p className="waiting-title">{item.title}</p>
              <p className="soft small">{item.why}</p>
            </div>
            <div className="waiting-action">{item.action}</div>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The shape of a first page: what waits above, the work in the middle, what is near at hand at the side. */
export function TodayShape({ head, waiting, work, aside }: Record<'head' | 'waiting' | 'work' | 'aside', ReactNode>) {
  return (
    <div className="today">
      {head}
      {waiting}
      <div className="today-columns">
        <div className="today-work">{work}</div>
        <aside className="today-aside">{aside}</aside>
      </div>
    </div>
  )
}
