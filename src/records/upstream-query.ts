import { type InputIssue, InvalidInput } from '../kernel/index.ts'
import type { SearchParameterUse, SearchQuery } from './search.ts'
import { compartmentParametersOf } from './search-parameters.ts'

/**
 * A parsed search as text for the upstream, one type at a time: not every server searches over several types or over
 * compartments, and every one knows `patient=` or `subject=`.
 * @returns path and query below the base; undefined where the type cannot belong to the patient.
 */
export function upstreamSearch(query: SearchQuery, type: string, count: number): string | undefined {
  const pairs = new URLSearchParams()
  if (query.compartment !== undefined) {
    const belongs = belongingPair(type, query.compartment)
    if (!belongs) return undefined
    pairs.append(...belongs)
  }
  for (const use of query.parameters) {
    pairs.append(use.modifier === undefined ? use.name : `${use.name}:${use.modifier}`, use.values.join(','))
  }
  if (query.sort.length > 0) {
    pairs.append('_sort', query.sort.map((key) => (key.descending ? '-' : '') + key.parameter).join(','))
  }
  for (const include of query.includes) {
    const name = `_${include.direction}${include.iterate ? ':iterate' : ''}`
    const target = include.targetType === undefined ? '' : `:${include.targetType}`
    pairs.append(name, `${include.sourceType}:${include.parameter}${target}`)
  }
  pairs.append('_count', String(count))
  if (query.total === 'accurate') pairs.append('_total', 'accurate')
  return `${type}?${pairs}`
}

function belongingPair(type: string, patient: string): [string, string] | undefined {
  if (type === 'Patient') return ['_id', patient]
  const [first] = compartmentParametersOf(type)
  return first === undefined ? undefined : [first, `Patient/${patient}`]
}

/**
 * Chains and `_has` are answered by the upstream from records this person may not see: the row would tell about them.
 * @throws {InvalidInput} naming each.
 */
export function refuseChains(query: SearchQuery): void {
  const issues = query.parameters.filter((use) => use.chain || use.has).map(issueOf)
  if (issues.length > 0) throw new InvalidInput(issues)
}

function issueOf(use: SearchParameterUse): InputIssue {
  return {
    field: use.name,
    rule: 'unsupported-parameter',
    zh: '上游模式不支持链式查询和 _has。',
    en: 'Chained parameters and _has are not offered in front of an upstream.',
  }
}
