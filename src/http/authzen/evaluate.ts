import { aboutRecord, draftOf } from '../../access/index.ts'
import { type Authority, AuthorityFailure, type Decision } from '../../authority/index.ts'
import type { Caller, Clock } from '../../kernel/index.ts'
import type { EntryDraft, Ledger } from '../../ledger/index.ts'
import { type Answer, answerOf, unanswerable } from './answer.ts'
import { type Describe, type Question, questionOf } from './question.ts'
import type { BatchRequest, EvaluationRequest } from './request.ts'

export interface EvaluationDesk {
  readonly authority: Authority
  readonly ledger: Ledger
  readonly clock: Clock
  readonly describe: Describe
}

export interface Asking {
  readonly asker: Caller
  readonly requestId: string
}

/** A decision is told only once its trace is durable; a refusal leaves one too. */
export async function evaluate(desk: EvaluationDesk, asking: Asking, request: EvaluationRequest): Promise<Answer> {
  const [answer] = await evaluateAll(desk, asking, { semantic: 'execute_all', items: [request] })
  return answer!
}

/** Answers in the order asked, as far as the semantic goes; the traces of all of them are one append. */
export async function evaluateAll(desk: EvaluationDesk, asking: Asking, batch: BatchRequest): Promise<Answer[]> {
  for (let attempt = 1; ; attempt += 1) {
    const at = desk.clock.now()
    const found = await decideAll(desk, asking, batch, at)
    const decided = found.filter((one) => 'decision' in one)
    const drafts = found.flatMap((one) => one.draft ?? [])
    const receipts = drafts.length === 0 ? [] : await desk.ledger.record(drafts)
    // Authority moved while the trace was written: what was permitted before may not be told after.
    const current = desk.ledger.currentEpoch()
    const isStale = decided.some(({ decision }) => decision.effect === 'permit' && decision.epoch !== current)
    if (isStale && attempt < maxAttempts) continue
    let traced = 0
    return found.map((one) => {
      const receipt = receipts[traced]
      if (one.draft) traced += 1
      if ('answer' in one) return one.answer
      const answer = answerOf(one.decision, receipt!, at)
      return isStale && one.decision.epoch !== current ? { ...answer, decision: false } : answer
    })
  }
}
const maxAttempts = 5

type Found =
  | { readonly decision: Decision; readonly draft: EntryDraft }
  | { readonly answer: Answer; readonly draft?: EntryDraft }

async function decideAll(desk: EvaluationDesk, asking: Asking, batch: BatchRequest, at: number): Promise<Found[]> {
  const found: Found[] = []
  for (const item of batch.items) {
    const one =
      'malformed' in item ? { answer: unanswerable(400, item.malformed) } : await decideOne(desk, asking, item, at)
    found.push(one)
    const permits = 'decision' in one && one.decision.effect === 'permit'
    if (batch.semantic === 'deny_on_first_deny' && !permits) break
    if (batch.semantic === 'permit_on_first_permit' && permits) break
  }
  return found
}

async function decideOne(desk: EvaluationDesk, asking: Asking, request: EvaluationRequest, at: number): Promise<Found> {
  const question = await questionOf(asking.asker, request, desk.describe)
  if ('unanswerable' in question) return unanswered(asking, request, question.unanswerable)
  try {
    const decision = await desk.authority.decide({ ...question, at })
    return { decision, draft: traceOf(asking, question, decision) }
  } catch (error) {
    if (error instanceof AuthorityFailure && error.code === 'person-unknown') {
      return unanswered(asking, request, 'the subject is not known')
    }
    throw error
  }
}

/** That something is not there is an answer too: who asked for it stays in the ledger. */
function unanswered({ asker, requestId }: Asking, request: EvaluationRequest, why: string): Found {
  const { subject, action, resource } = request
  return {
    answer: unanswerable(404, why),
    draft: {
      kind: 'refusal',
      actor: {
        person: asker.person,
        ...(asker.application && { application: asker.application }),
        session: asker.session,
        assurance: asker.assurance,
      },
      terminal: { address: asker.terminal.address },
      channel: 'authzen',
      outcome: 4,
      requestId,
      detail: {
        unanswerable: why,
        subject: shortened(`${subject.type}/${subject.id}`),
        action: shortened(action.name),
        resource: shortened(`${resource.type}/${resource.id}`),
      },
    },
  }
}
/** Names of things are short; what is long is not a name, and the ledger is no place for it. */
const shortened = (name: string): string => (name.length > 140 ? `${name.slice(0, 139)}…` : name)

/** The trace of a use elsewhere: the subject's, with who asked for them. */
function traceOf(
  { asker, requestId }: Asking,
  question: Exclude<Question, { unanswerable: string }>,
  decision: Decision,
): EntryDraft {
  const { caller, action, record } = question
  const kind = decision.effect === 'permit' ? 'permit' : 'refusal'
  return {
    ...draftOf(kind, action, { caller, channel: 'authzen', requestId }, decision),
    ...aboutRecord(record),
    ...(asker.person !== caller.person && { detail: { askedBy: asker.person } }),
  }
}
