import { readFileSync } from 'node:fs'

interface ElementDefinitions {
  /** Element paths below the type, separated by blanks. */
  readonly types: Readonly<Record<string, { readonly summary: string; readonly mandatory: string }>>
}

export interface SummaryElements {
  /** Elements that `_summary=true` keeps (isSummary in the R4 definitions); `a.b`: of `a`, only its `b`. */
  readonly summary: ReadonlySet<string>
  /** Top-level elements without which a resource is not valid. */
  readonly mandatory: ReadonlySet<string>
}

const none: SummaryElements = { summary: new Set(['id', 'meta', 'implicitRules']), mandatory: new Set() }
const known = new Map<string, SummaryElements>()

/** What of a resource type belongs to its summary. */
export function summaryElementsOf(type: string): SummaryElements {
  if (known.size === 0) load()
  return known.get(type) ?? none
}

function load(): void {
  const file = new URL('./definitions/elements.json', import.meta.url)
  const { types }: ElementDefinitions = JSON.parse(readFileSync(file, 'utf8'))
  for (const [type, row] of Object.entries(types)) {
    known.set(type, { summary: words(row.summary), mandatory: words(row.mandatory) })
  }
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' ').filter((word) => word !== ''))
