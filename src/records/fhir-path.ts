/**
 * Compiles the FHIRPath subset in which the R4 search parameters are written (paths, unions, `as`, `where(x='y')`,
 * `where(resolve() is T)`, `exists()`, `!=`, `and`, `[n]`) to closures. Anything else throws while compiling, so an
 * expression is never half understood. Tests hold it against the library `fhirpath` on the official examples.
 */
export type PathExtract = (resource: unknown) => unknown[]

export class UnsupportedExpression extends Error {}

/** @param choices names of elements that are written with a type in JSON, such as `effective` (effectiveDateTime). */
export function compilePath(expression: string, choices: ReadonlySet<string>): PathExtract {
  const tokens = expression.match(/'[^']*'|[A-Za-z_]\w*|\d+|!=|[().[\]|=]/g) ?? []
  const parser = { tokens, at: 0, choices }
  const extract = union(parser)
  if (
    parser.at !== tokens.length ||
    tokens.join('').length !== expression.replace(/\s+(?=(?:[^']*'[^']*')*[^']*$)/g, '').length
  ) {
    throw new UnsupportedExpression(expression)
  }
  return (resource) => extract([resource])
}

type Step = (focus: unknown[]) => unknown[]

interface Parser {
  readonly tokens: readonly string[]
  readonly choices: ReadonlySet<string>
  at: number
}

function union(parser: Parser): Step {
  const parts = [conjunction(parser)]
  while (take(parser, '|')) parts.push(conjunction(parser))
  if (parts.length === 1) return parts[0]!
  return (focus) => [...new Set(parts.flatMap((part) => part(focus)))]
}

function conjunction(parser: Parser): Step {
  const left = inequality(parser)
  if (!take(parser, 'and')) return left
  const right = conjunction(parser)
  return (focus) => {
    const [a, b] = [left(focus)[0], right(focus)[0]]
    if (a === false || b === false) return [false]
    return a === undefined || b === undefined ? [] : [true]
  }
}

function inequality(parser: Parser): Step {
  const left = asType(parser)
  if (!take(parser, '!=')) return left
  const literal = parser.tokens[parser.at++]
  if (literal !== 'false' && literal !== 'true') throw new UnsupportedExpression(`!= ${literal}`)
  return (focus) => left(focus).map((value) => value !== (literal === 'true'))
}

function asType(parser: Parser): Step {
  const path = invocation(parser)
  if (!take(parser, 'as')) return path.run
  return path.as(parser.tokens[parser.at++]!)
}

interface Path {
  readonly run: Step
  readonly as: (type: string) => Step
}

function invocation(parser: Parser): Path {
  let path = term(parser)
  for (;;) {
    if (take(parser, '[')) {
      const [index, before] = [Number(parser.tokens[parser.at++]), path.run]
      expect(parser, ']')
      path = whole((focus) => before(focus).slice(index, index + 1))
      continue
    }
    if (!take(parser, '.')) return path
    path = member(parser, path.run, path)
  }
}

function term(parser: Parser): Path {
  if (take(parser, '(')) {
    const inner = union(parser)
    expect(parser, ')')
    return whole(inner)
  }
  const name = parser.tokens[parser.at++] ?? ''
  if (!/^[A-Za-z]/.test(name)) throw new UnsupportedExpression(name)
  // An expression begins with the type itself (`Patient.name`) or, inside `where`, with an element.
  if (/^[A-Z]/.test(name)) return whole((focus) => focus)
  return element(parser, name, (focus) => focus)
}

function member(parser: Parser, before: Step, path: Path): Path {
  const name = parser.tokens[parser.at++] ?? ''
  if (parser.tokens[parser.at] !== '(') return element(parser, name, before)
  parser.at++
  if (name === 'as') {
    const typed = path.as(parser.tokens[parser.at++]!)
    expect(parser, ')')
    return whole(typed)
  }
  if (name === 'exists') {
    expect(parser, ')')
    return whole((focus) => [before(focus).length > 0])
  }
  if (name !== 'where') throw new UnsupportedExpression(`${name}()`)
  const test = condition(parser)
  expect(parser, ')')
  return whole((focus) => before(focus).filter(test))
}

function condition(parser: Parser): (value: unknown) => boolean {
  if (take(parser, 'resolve')) {
    for (const token of ['(', ')', 'is']) expect(parser, token)
    const type = parser.tokens[parser.at++]!
    return (value) => referenceIsTo(value, type)
  }
  const left = invocation(parser).run
  expect(parser, '=')
  const literal = parser.tokens[parser.at++] ?? ''
  if (!literal.startsWith("'")) throw new UnsupportedExpression(literal)
  const wanted = literal.slice(1, -1)
  return (value) => left([value])[0] === wanted
}

/** `resolve() is Patient`, answered from the reference itself: nothing is fetched to index a resource. */
function referenceIsTo(value: unknown, type: string): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { reference, type: stated } = value as { reference?: unknown; type?: unknown }
  if (typeof reference !== 'string') return false
  const named = /(?:^|\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9.-]{1,64}(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/.exec(reference)
  return named ? named[1] === type : stated === type
}

function element(parser: Parser, name: string, before: Step): Path {
  const isChoice = parser.choices.has(name)
  return {
    run: (focus) => {
      const found: unknown[] = []
      for (const value of before(focus)) collect(value, name, isChoice, found)
      return found
    },
    as: (type) => {
      const typed = `${name}${type[0]!.toUpperCase()}${type.slice(1)}`
      return (focus) => {
        const found: unknown[] = []
        for (const value of before(focus)) collect(value, typed, false, found)
        return found
      }
    },
  }
}

function collect(value: unknown, name: string, isChoice: boolean, found: unknown[]): void {
  if (typeof value !== 'object' || value === null) return
  const holder = value as Record<string, unknown>
  let child = holder[name]
  if (child === undefined && isChoice) {
    const key = Object.keys(holder).find((each) => each.startsWith(name) && choiceTypes.has(each.slice(name.length)))
    if (key) child = holder[key]
  }
  if (Array.isArray(child)) {
    for (const each of child) if (each !== null && each !== undefined) found.push(each)
    return
  }
  if (child !== undefined && child !== null) found.push(child)
}

const choiceTypes = new Set(
  (
    'Base64Binary Boolean Canonical Code Date DateTime Decimal Id Instant Integer Markdown Oid PositiveInt String Time ' +
    'UnsignedInt Uri Url Uuid Address Age Annotation Attachment CodeableConcept Coding ContactPoint Count Distance ' +
    'Duration HumanName Identifier Money Period Quantity Range Ratio Reference SampledData Signature Timing ' +
    'ContactDetail Contributor DataRequirement Expression ParameterDefinition RelatedArtifact TriggerDefinition ' +
    'UsageContext Dosage Meta'
  ).split(' '),
)

const whole = (run: Step): Path => ({
  run,
  as: (type) => {
    throw new UnsupportedExpression(`as ${type}`)
  },
})

function take(parser: Parser, token: string): boolean {
  if (parser.tokens[parser.at] !== token) return false
  parser.at++
  return true
}

function expect(parser: Parser, token: string): void {
  if (!take(parser, token))
    throw new UnsupportedExpression(`expected ${token} at ${parser.tokens.slice(parser.at).join('')}`)
}
