import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'react-router'
import { type ItemKind, itemKinds } from './item.ts'
import { dayIsValid, type TimelineFilter } from './stream.ts'

/** The filter lives in the address, so that a view can be sent on and come back to. */
export function useTimelineFilter(): { readonly filter: TimelineFilter; change(next: Partial<TimelineFilter>): void } {
  const [question, setQuestion] = useSearchParams()
  const kinds = question.get('kinds') ?? ''
  const encounter = question.get('encounter') ?? undefined
  const until = question.get('until') ?? undefined
  const filter = useMemo<TimelineFilter>(
    () => ({
      kinds: kinds.split(' ').filter((kind): kind is ItemKind => itemKinds.includes(kind as ItemKind)),
      encounter,
      until: dayIsValid(until) ? until : undefined,
    }),
    [kinds, encounter, until],
  )
  const change = useCallback(
    (next: Partial<TimelineFilter>) => {
      const merged = { ...filter, ...next }
      setQuestion(
        (before) => {
          const after = new URLSearchParams(before)
          put(after, 'kinds', merged.kinds.join(' ') || undefined)
          put(after, 'encounter', merged.encounter)
          put(after, 'until', merged.until)
          return after
        },
        { replace: true, preventScrollReset: true },
      )
    },
    [filter, setQuestion],
  )
  return { filter, change }
}

function put(question: URLSearchParams, name: string, value: string | undefined): void {
  if (value === undefined || value === '') question.delete(name)
  else question.set(name, value)
}
