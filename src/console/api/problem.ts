import { type Problem, problemSchema } from '../../contract/index.ts'

/** The server answered, and the answer is no: with what, why and what now. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.title)
    this.problem = problem
  }
}

/** The server did not answer: no network, or the hospital's server is down. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

/** The server answered in a shape this console does not know: the two are of different versions. */
export class Misread extends Error {
  override readonly name = 'Misread'
}

/** Reads an RFC 9457 problem or a FHIR OperationOutcome; anything else becomes a problem with its status alone. */
export function problemFrom(status: number, body: unknown, receipt: number | undefined): Problem {
  const known = problemSchema.safeParse(body)
  if (known.success) return known.data
  return {
    type: 'about:blank',
    title: '',
    status,
    code: String(status),
    ...outcomeWords(body),
    ...(receipt === undefined ? {} : { receipt }),
  }
}

interface OutcomeIssue {
  readonly code?: string
  readonly diagnostics?: string
  readonly details?: { readonly text?: string; readonly coding?: readonly { readonly code?: string }[] }
}

/**
 * The main issue of an outcome says what and why in one text, with a colon between them, and in its diagnostics what
 * one can do now, then the request: `src/http/errors/operation-outcome.ts` writes them so.
 */
function outcomeWords(body: unknown): Partial<Problem> {
  const outcome = body as { readonly resourceType?: string; readonly issue?: readonly OutcomeIssue[] } | undefined
  const first = outcome?.resourceType === 'OperationOutcome' ? outcome.issue?.[0] : undefined
  if (!first) return {}
  const code = first.details?.coding?.[0]?.code ?? first.code
  const [title = '', detail] = split(first.details?.text ?? '', /：|: /)
  const [next = '', requestId] = split(first.diagnostics ?? '', / ?\brequest (?=\S+$)/)
  return {
    title,
    ...(detail ? { detail } : {}),
    ...(next ? { next } : {}),
    ...(code ? { code } : {}),
    ...(requestId ? { requestId } : {}),
  }
}

/** What stands before the first mark, and what after it. */
function split(text: string, mark: RegExp): readonly [string, string?] {
  const found = mark.exec(text)
  return found ? [text.slice(0, found.index), text.slice(found.index + found[0].length)] : [text]
}
