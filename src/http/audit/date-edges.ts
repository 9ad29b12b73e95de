import { InvalidInput } from '../../kernel/index.ts'
import { parseTimeSpan, type TimeSpan } from '../../records/index.ts'
import type { QueryPair } from '../fhir/query-text.ts'

interface Edges {
  readonly from?: string
  readonly to?: string
}

/**
 * `date` and `_lastUpdated` as the first and last millisecond asked for. An entry has one time, so `eq` is within the
 * span that the value names, `gt` after it, `lt` before it (FHIR R4 search.html#prefix).
 * @throws {InvalidInput} for what is no date, and for `ne` and `ap`, which are no stretch of time.
 */
export function dateEdges(pairs: readonly QueryPair[]): Edges {
  let low = Number.NEGATIVE_INFINITY
  let high = Number.POSITIVE_INFINITY
  for (const [name, value] of pairs) {
    if (name !== 'date' && name !== '_lastUpdated') continue
    const [from, to] = spanOf(name, value)
    low = Math.max(low, from)
    high = Math.min(high, to)
  }
  return {
    ...(Number.isFinite(low) && { from: new Date(low).toISOString() }),
    ...(Number.isFinite(high) && { to: new Date(high).toISOString() }),
  }
}

function spanOf(field: string, value: string): readonly [firstMs: number, lastMs: number] {
  const prefix = /^(eq|ge|gt|le|lt|sa|eb)/.exec(value)?.[1] ?? 'eq'
  const span = parseTimeSpan(value.replace(/^(eq|ge|gt|le|lt|sa|eb)/, ''))
  if (!span) {
    throw new InvalidInput([
      {
        field,
        rule: 'date',
        zh: '须为日期或时间，可带 eq、ge、gt、le、lt、sa、eb 前缀。',
        en: 'A date or time is needed, with eq, ge, gt, le, lt, sa or eb before it.',
      },
    ])
  }
  return edgesOf(prefix, span)
}

function edgesOf(prefix: string, { low, high }: TimeSpan): readonly [number, number] {
  const last = high - 1
  switch (prefix) {
    case 'ge':
      return [low, Number.POSITIVE_INFINITY]
    case 'gt':
    case 'sa':
      return [high, Number.POSITIVE_INFINITY]
    case 'le':
      return [Number.NEGATIVE_INFINITY, last]
    case 'lt':
    case 'eb':
      return [Number.NEGATIVE_INFINITY, low - 1]
    default:
      return [low, last]
  }
}
