import { z } from 'zod'
import { explainUse } from '../../access/index.ts'
import type { Explained } from '../../authority/index.ts'
import { type Explanation, explanationSchema, policyCatalogueSchema } from '../../contract/index.ts'
import { actions } from '../../kernel/index.ts'
import { type ApiRoute, apiRoute } from '../api-route.ts'
import type { Language } from '../errors/index.ts'
import { nothingThere } from './absent.ts'
import { contextOf } from './context.ts'
import type { ConsoleDesk } from './desk.ts'

/** Why, why not, and by which policies: the decision in words. */
export function explanationRoutes(desk: ConsoleDesk): readonly ApiRoute[] {
  return [
    apiRoute({
      method: 'GET',
      url: '/api/explain',
      summary: 'Why can I see this; why not, and what can I do',
      query: z.object({
        type: z.string().regex(/^[A-Za-z]{2,40}$/),
        id: z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/),
        action: z.enum(actions).default('view'),
        purpose: z.string().optional(),
      }),
      answer: explanationSchema,
      async answerWith(call) {
        const { type, id, action, purpose } = call.query
        const told = await explainUse({ ...contextOf(call, purpose), action, type, id }, desk)
        if (told.outcome === 'not-found') return nothingThere()
        return explanationOf(told.explained, call.language, told.receipt.sequence)
      },
    }),
    apiRoute({
      method: 'GET',
      url: '/api/policies',
      summary: 'The policy catalogue, each with its clause',
      answer: policyCatalogueSchema,
      answerWith: async () => {
        const { bundle, policies } = desk.authority.catalogue()
        return { bundle, policies: policies.map((policy) => ({ ...policy, conditions: [...policy.conditions] })) }
      },
    }),
  ]
}

export function explanationOf(explained: Explained, language: Language, receipt?: number): Explanation {
  const { decision, sentence, missing, next } = explained
  const titleOf = (policy: { titleZh: string; titleEn: string }) =>
    language === 'zh' ? policy.titleZh : policy.titleEn
  return {
    effect: decision.effect,
    sentence: sentence[language],
    ...(decision.purpose && { purpose: decision.purpose }),
    grounds: decision.grounds.map((ground) => ({
      kind: ground.kind,
      text: ground[language],
      ...(ground.until !== undefined && { until: ground.until }),
      ...(ground.source !== undefined && { source: ground.source }),
    })),
    policies: decision.policies.map((policy) => ({
      id: policy.id,
      effect: policy.effect,
      clause: policy.clause,
      title: titleOf(policy),
    })),
    missing: missing.map(({ policy, conditions }) => ({
      policy: policy.id,
      title: titleOf(policy),
      clause: policy.clause,
      conditions: conditions.map((condition) => condition[language]),
    })),
    ...(next && { next: { kind: next.kind, text: next[language] } }),
    ...(receipt !== undefined && { receipt }),
  }
}
