import { InvalidInput, type PatientId } from '../../kernel/index.ts'
import { parseSearch, type SearchQuery } from '../../records/index.ts'
import type { Preference } from './preference.ts'
import type { QueryPair } from './query-text.ts'

/** Parameters that shape the answer, allowed with every interaction. */
const answerParameters: ReadonlySet<string> = new Set(['_format', '_pretty'])

/**
 * @param types one type, or `stated` where `_type` names them.
 * @returns the search, and the pairs it was made from: what was ignored (`handling=lenient`) is in no link.
 * @throws {InvalidInput} with every parameter that breaks a rule.
 */
export function readSearch(
  types: readonly [string] | 'stated',
  pairs: readonly QueryPair[],
  handling: Preference['handling'],
  compartment?: PatientId,
): { readonly query: SearchQuery; readonly used: readonly QueryPair[] } {
  const query = parseSearch(types === 'stated' ? undefined : types[0], pairs, {
    strict: handling === 'strict',
    ...(compartment && { compartment }),
  })
  const ignored = new Set(query.ignored ?? [])
  return { query, used: pairs.filter(([name]) => !ignored.has(name) && !answerParameters.has(name)) }
}

/** Refuses parameters that an interaction other than a search does not know, unless `handling=lenient`. */
export function refuseUnknown(pairs: readonly QueryPair[], known: readonly string[], preference: Preference): void {
  if (preference.handling === 'lenient') return
  const unknown = pairs.filter(([name]) => !known.includes(name) && !answerParameters.has(name))
  if (unknown.length === 0) return
  throw new InvalidInput(
    unknown.map(([name]) => ({
      field: name.slice(0, 100),
      rule: 'unknown-parameter',
      zh: `此处不支持参数“${name.slice(0, 100)}”。`,
      en: `The parameter ${name.slice(0, 100)} is not known here.`,
    })),
  )
}

/** The one value of a parameter that may be given once. */
export function single(pairs: readonly QueryPair[], name: string): string | undefined {
  const values = pairs.filter(([known]) => known === name).map(([, value]) => value)
  if (values.length <= 1) return values[0]
  throw new InvalidInput([{ field: name, rule: 'given-twice', zh: '只能出现一次。', en: 'It may be given once only.' }])
}
