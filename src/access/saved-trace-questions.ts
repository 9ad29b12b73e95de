import { randomUUID } from 'node:crypto'
import { type Authority, type Decision, type Denied, traceFacts } from '../authority/index.ts'
import type { SavedQuestionOrder, TraceTerms } from '../contract/index.ts'
import type { Clock, Database, PersonId, Queryable, Transaction } from '../kernel/index.ts'
import type { Ledger, Receipt } from '../ledger/index.ts'
import { draftOf } from './trace-drafts.ts'
import type { UseContext } from './use.ts'

export interface KeptQuestion {
  readonly id: string
  readonly owner: PersonId
  readonly name: string
  readonly terms: TraceTerms
  readonly office?: string
  readonly changedAt: Date
}

type RefusedQuestion = { readonly outcome: 'refused'; readonly decision: Denied; readonly receipt: Receipt }
export type ListedQuestions =
  | {
      readonly outcome: 'listed'
      readonly questions: readonly KeptQuestion[]
      /** Departments and offices of the person, with which a question may be shared. */
      readonly offices: readonly string[]
      readonly receipt: Receipt
    }
  | RefusedQuestion
export type ChangedQuestion =
  | { readonly outcome: 'changed'; readonly question: KeptQuestion; readonly receipt: Receipt }
  /** There is none of this id that is the person's own. */
  | { readonly outcome: 'absent' }
  | { readonly outcome: 'foreign-office' }
  | RefusedQuestion

/**
 * Questions kept under a name. Keeping one lets nobody read anything: whoever asks it is decided at that moment. What
 * is asked about may be delicate all the same, so looking and changing stand in the ledger.
 */
export interface SavedQuestions {
  list(use: UseContext): Promise<ListedQuestions>
  keep(use: UseContext, order: SavedQuestionOrder): Promise<ChangedQuestion>
  change(use: UseContext, id: string, order: SavedQuestionOrder): Promise<ChangedQuestion>
  remove(use: UseContext, id: string): Promise<ChangedQuestion>
  /** Undoes a removal. */
  restore(use: UseContext, id: string): Promise<ChangedQuestion>
}

interface SavedQuestionsDesk {
  readonly database: Database
  readonly authority: Authority
  readonly ledger: Ledger
  readonly clock: Clock
}

export function openSavedQuestions(desk: SavedQuestionsDesk): SavedQuestions {
  return {
    list: (use) => listQuestions(use, desk),
    keep: (use, order) =>
      changeQuestion(use, desk, { change: 'kept', office: order.office }, (tx, now) =>
        written(
          tx,
          `insert into trace_question (id, owner, name, terms, office, changed_at)
           values ($1, $2, $3, $4, $5, $6) returning ${columns}`,
          [randomUUID(), use.caller.person, order.name, order.terms, order.office ?? null, now],
        ),
      ),
    change: (use, id, order) =>
      changeQuestion(use, desk, { change: 'changed', office: order.office }, (tx, now) =>
        written(
          tx,
          `update trace_question set name = $3, terms = $4, office = $5, changed_at = $6
           where id = $1 and owner = $2 and deleted_at is null returning ${columns}`,
          [id, use.caller.person, order.name, order.terms, order.office ?? null, now],
        ),
      ),
    remove: (use, id) =>
      changeQuestion(use, desk, { change: 'removed' }, (tx, now) =>
        written(
          tx,
          `update trace_question set deleted_at = $3 where id = $1 and owner = $2 and deleted_at is null
           returning ${columns}`,
          [id, use.caller.person, now],
        ),
      ),
    restore: (use, id) =>
      changeQuestion(use, desk, { change: 'restored' }, (tx, now) =>
        written(
          tx,
          `update trace_question set deleted_at = null
           where id = $1 and owner = $2 and deleted_at > $3::timestamptz - interval '30 days' returning ${columns}`,
          [id, use.caller.person, now],
        ),
      ),
  }
}

async function listQuestions(use: UseContext, desk: SavedQuestionsDesk): Promise<ListedQuestions> {
  const decision = await decideOwn(use, desk)
  const draft = { ...draftOf('trace-reading', 'read-trace', use, decision), detail: { event: 'questions-listed' } }
  if (decision.effect === 'deny') return refused(use, desk, decision)
  const questions = await written(
    desk.database,
    `select ${columns} from trace_question
     where deleted_at is null and (owner = $1 or office = any($2::text[])) order by lower(name), id`,
    [use.caller.person, decision.departments],
  )
  const [receipt] = await desk.ledger.record([draft])
  return { outcome: 'listed', questions, offices: decision.departments, receipt: receipt! }
}

/** The change and its entry stand or fall together. */
async function changeQuestion(
  use: UseContext,
  desk: SavedQuestionsDesk,
  { change, office }: { readonly change: string; readonly office?: string | undefined },
  work: (tx: Transaction, now: Date) => Promise<readonly KeptQuestion[]>,
): Promise<ChangedQuestion> {
  const decision = await decideOwn(use, desk)
  if (decision.effect === 'deny') return refused(use, desk, decision)
  if (office !== undefined && !decision.departments.some((one) => one === office)) return { outcome: 'foreign-office' }
  return desk.database.transaction(async (tx): Promise<ChangedQuestion> => {
    const [question] = await work(tx, new Date(desk.clock.now()))
    if (question === undefined) return { outcome: 'absent' }
    const { changedAt: _, owner: __, ...stated } = question
    const { action: ___, ...draft } = draftOf('configuration-change', 'administer', use, decision)
    const [receipt] = await desk.ledger.recordWithin(tx, [
      { ...draft, detail: { event: 'trace-question', change, question: stated } },
    ])
    return { outcome: 'changed', question, receipt: receipt! }
  })
}

/** Whoever may read the own trace may keep questions: everyone who is not stopped. */
function decideOwn({ caller, purpose }: UseContext, { authority, clock }: SavedQuestionsDesk): Promise<Decision> {
  return authority.decide({
    caller,
    action: 'read-trace',
    record: traceFacts({ person: caller.person }),
    ...(purpose && { purpose }),
    at: clock.now(),
  })
}

async function refused(use: UseContext, desk: SavedQuestionsDesk, decision: Denied): Promise<RefusedQuestion> {
  const [receipt] = await desk.ledger.record([
    { ...draftOf('refusal', 'read-trace', use, decision), detail: { event: 'questions' } },
  ])
  return { outcome: 'refused', decision, receipt: receipt! }
}

const columns = 'id, owner, name, terms, office, changed_at as "changedAt"'

async function written(
  queryable: Queryable,
  text: string,
  values: readonly unknown[],
): Promise<readonly KeptQuestion[]> {
  const rows = await queryable.query<KeptQuestion & { readonly office: string | null }>(text, values)
  return rows.map(({ office, ...rest }) => ({ ...rest, ...(office !== null && { office }) }))
}
