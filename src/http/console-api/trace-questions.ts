import { z } from 'zod'
import type { ChangedQuestion, KeptQuestion, SavedQuestions } from '../../access/index.ts'
import {
  type SavedQuestion,
  savedQuestionChangedSchema,
  savedQuestionOrderSchema,
  savedQuestionsSchema,
} from '../../contract/index.ts'
import type { Directory } from '../../directory/index.ts'
import { InvalidInput, type PersonId } from '../../kernel/index.ts'
import { type ApiCall, type ApiRoute, apiRoute } from '../api-route.ts'
import { nothingThere } from './absent.ts'
import { contextOf } from './context.ts'
import { releasedOnly } from './refusal.ts'

interface QuestionDesk {
  readonly directory: Directory
  readonly savedQuestions: SavedQuestions
}

/** Questions kept under a name: one's own, and those shared with one's department or office. */
export function traceQuestionRoutes(desk: QuestionDesk): readonly ApiRoute[] {
  const { savedQuestions } = desk
  const params = z.object({ id: z.uuid() })
  const answer = savedQuestionChangedSchema
  const url = '/api/trace/questions'
  return [
    apiRoute({
      method: 'GET',
      url,
      summary: 'Kept questions to the trace: own and shared',
      answer: savedQuestionsSchema,
      async answerWith(call) {
        const listed = releasedOnly(await savedQuestions.list(contextOf(call)))
        const departments = await departmentNames(desk)
        return {
          questions: await Promise.all(listed.questions.map((one) => told(desk, call, one))),
          offices: listed.offices.map((id) => ({ id, name: departments.get(id) ?? id })),
          receipt: listed.receipt.sequence,
        }
      },
    }),
    apiRoute({
      method: 'POST',
      url,
      summary: 'Keep a question under a name',
      body: savedQuestionOrderSchema,
      answer,
      answerWith: async (call) => changed(desk, call, await savedQuestions.keep(contextOf(call), call.body)),
    }),
    apiRoute({
      method: 'PUT',
      url: `${url}/:id`,
      summary: 'Rename, change or share a kept question',
      params,
      body: savedQuestionOrderSchema,
      answer,
      answerWith: async (call) =>
        changed(desk, call, await savedQuestions.change(contextOf(call), call.params.id, call.body)),
    }),
    apiRoute({
      method: 'DELETE',
      url: `${url}/:id`,
      summary: 'Remove a kept question; it can be restored for 30 days',
      params,
      answer,
      answerWith: async (call) => changed(desk, call, await savedQuestions.remove(contextOf(call), call.params.id)),
    }),
    apiRoute({
      method: 'POST',
      url: `${url}/:id/restore`,
      summary: 'Bring back a removed question',
      params,
      answer,
      answerWith: async (call) => changed(desk, call, await savedQuestions.restore(contextOf(call), call.params.id)),
    }),
  ]
}

type Call = ApiCall<unknown, unknown, unknown>

async function changed(desk: QuestionDesk, call: Call, result: ChangedQuestion) {
  if (result.outcome === 'absent') return nothingThere()
  if (result.outcome === 'foreign-office') {
    throw new InvalidInput([
      {
        field: 'body.office',
        rule: 'own',
        zh: '只能与本人所在的科室或部门共享',
        en: 'a question is shared with a department or office of one’s own only',
      },
    ])
  }
  const { question, receipt } = releasedOnly(result)
  return { question: await told(desk, call, question), receipt: receipt.sequence }
}

async function told(desk: QuestionDesk, { caller }: Call, question: KeptQuestion): Promise<SavedQuestion> {
  const owner = await desk.directory.person(question.owner as PersonId)
  const office = question.office
  return {
    id: question.id,
    name: question.name,
    terms: question.terms,
    owner: { id: question.owner, name: owner?.name ?? question.owner },
    mine: question.owner === caller.person,
    ...(office !== undefined && {
      sharedWith: { id: office, name: (await departmentNames(desk)).get(office) ?? office },
    }),
    changedAt: question.changedAt.toISOString(),
  }
}

const departmentNames = async ({ directory }: QuestionDesk): Promise<ReadonlyMap<string, string>> =>
  new Map((await directory.departments()).map((one) => [one.id, one.name]))
