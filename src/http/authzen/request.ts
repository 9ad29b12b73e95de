import { z } from 'zod'

/** AuthZEN Authorization API 1.0 §5: subject, action and resource are objects; what is not known is ignored. */
const properties = z.record(z.string(), z.unknown()).optional()
const subject = z.object({ type: z.string().min(1), id: z.string().min(1), properties })
const action = z.object({ name: z.string().min(1), properties })
const resource = z.object({ type: z.string().min(1), id: z.string().min(1), properties })
const context = z.record(z.string(), z.unknown())

export const evaluationSchema = z.object({ subject, action, resource, context: context.optional() })
export type EvaluationRequest = z.output<typeof evaluationSchema>

export const semantics = ['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'] as const
export type Semantic = (typeof semantics)[number]
export const maxEvaluations = 1000

/** §6: defaults at the top, each item may replace a whole object of them; nothing is merged inside. */
const batchSchema = z.object({
  subject: subject.optional(),
  action: action.optional(),
  resource: resource.optional(),
  context: context.optional(),
  evaluations: z.array(z.unknown()).max(maxEvaluations).optional(),
  options: z.object({ evaluations_semantic: z.enum(semantics).default('execute_all') }).optional(),
})

export interface BatchRequest {
  readonly semantic: Semantic
  /** In order; where an item is malformed, why. */
  readonly items: readonly (EvaluationRequest | { readonly malformed: string })[]
}

/** The request cannot be answered at all: 400. Nothing was decided, and nothing is about anybody. */
export class MalformedRequest extends Error {}

export function parseEvaluation(body: unknown): EvaluationRequest {
  const parsed = evaluationSchema.safeParse(body)
  if (!parsed.success) throw new MalformedRequest(firstIssue(parsed.error))
  return parsed.data
}

/** @returns a single request where there are no `evaluations`: the endpoint then behaves as the single one (§6.1). */
export function parseEvaluations(body: unknown): BatchRequest | EvaluationRequest {
  const parsed = batchSchema.safeParse(body)
  if (!parsed.success) throw new MalformedRequest(firstIssue(parsed.error))
  const { evaluations, options, ...defaults } = parsed.data
  if (evaluations === undefined || evaluations.length === 0) return parseEvaluation(body)
  return {
    semantic: options?.evaluations_semantic ?? 'execute_all',
    items: evaluations.map((item) => {
      const whole = isObject(item) ? evaluationSchema.safeParse({ ...defaults, ...item }) : undefined
      if (!whole) return { malformed: 'an evaluation must be an object' }
      return whole.success ? whole.data : { malformed: firstIssue(whole.error) }
    }),
  }
}

/** Reads the body as sent: the standard asks for 400 where HTTP frameworks answer 415. */
export function parseJson(contentType: string | undefined, body: unknown): unknown {
  if (!/^application\/json\s*(;|$)/i.test(contentType ?? '')) {
    throw new MalformedRequest('Content-Type must be application/json')
  }
  if (typeof body !== 'string' || body.trim() === '') throw new MalformedRequest('the body is empty')
  try {
    return JSON.parse(body)
  } catch {
    throw new MalformedRequest('the body is not JSON')
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0]!
  return `${issue.path.join('.') || 'body'}: ${issue.message}`
}
