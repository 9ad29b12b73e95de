import type { ReactNode } from 'react'
import { Link } from 'react-router'
import './board.css'

export interface Figure {
  readonly id: string
  readonly label: string
  readonly value: number
  /** The list behind the number. */
  readonly to: string
  readonly current?: boolean
}

interface BoardProps {
  /** The question these figures answer. */
  readonly question: string
  /** Period, or the state of which they are true. */
  readonly period: ReactNode
  readonly figures: readonly Figure[]
  readonly children?: ReactNode
}

/** Figures that answer a stated question; each number opens the list behind it. */
export function Board({ question, period, figures, children }: BoardProps) {
  const format = new Intl.NumberFormat()
  return (
    <section className="board" aria-label={question}>
      <p className="board-question">
        {question} <span className="faint small">{period}</span>
      </p>
      <ul className="board-figures">
        {figures.map((figure) => (
          <li key={figure.id}>
            <Link to={figure.to} aria-current={figure.current ? 'true' : undefined}>
              <span className="board-value">{format.format(figure.value)}</span>
              <span className="board-label">{figure.label}</span>
            </Link>
          </li>
        ))}
      </ul>
      {children}
    </section>
  )
}
