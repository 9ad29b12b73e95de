import type { Parsed } from './parse-search.ts'
import type { SearchInclude } from './search.ts'
import { isResourceType, searchParametersOf } from './search-parameters.ts'
import { refusal } from './search-refusal.ts'

/** `_include[:iterate]=Source:parameter[:Target]`, `_revinclude` the same; `*` for every reference of the source. */
export function parseInclude(name: string, value: string, types: readonly string[]): Parsed<SearchInclude> {
  const [kind = '', ...modifiers] = name.split(':')
  const direction = kind === '_include' ? 'include' : 'revinclude'
  const iterate = modifiers.length === 1 && (modifiers[0] === 'iterate' || modifiers[0] === 'recurse')
  if (modifiers.length > 0 && !iterate) return { issues: [refusal(name, 'unknown-modifier', modifiers.join(':'))] }

  const wrong = { issues: [refusal(name, 'unknown-include', value)] }
  const [sourceType = '', parameter = '*', targetType, ...more] = value.split(':')
  if (sourceType === '*' && parameter === '*' && direction === 'include' && types.length === 1) {
    return { value: { direction, sourceType: types[0]!, parameter: '*', iterate } }
  }
  if (more.length > 0 || !isResourceType(sourceType)) return wrong
  if (targetType !== undefined && !isResourceType(targetType)) return wrong
  if (direction === 'include' && !iterate && !types.includes(sourceType)) return wrong
  if (parameter !== '*') {
    const known = searchParametersOf(sourceType).get(parameter)
    if (known?.type !== 'reference') return wrong
    if (targetType !== undefined && !known.targets.includes(targetType)) return wrong
    const leadsBack = known.targets.some((target) => types.includes(target))
    if (direction === 'revinclude' && !iterate && !leadsBack) return wrong
  }
  return { value: { direction, sourceType, parameter, iterate, ...(targetType !== undefined && { targetType }) } }
}
