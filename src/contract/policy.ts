import { z } from 'zod'

/** `GET /api/policies`: the catalogue in readable form. One policy executes one sentence of the notice. */
export const policySchema = z.object({
  id: z.string(),
  effect: z.enum(['permit', 'forbid']),
  family: z.string(),
  clause: z.string(),
  /** The sentence of the clause, in Chinese, as it binds. */
  clauseText: z.string().optional(),
  titleZh: z.string(),
  titleEn: z.string(),
  owner: z.string(),
  since: z.string(),
  /** Conditions in words, both languages. */
  conditions: z.array(z.object({ zh: z.string(), en: z.string() })),
  cedar: z.string(),
})
export type Policy = z.infer<typeof policySchema>
export const policyCatalogueSchema = z.object({ bundle: z.string(), policies: z.array(policySchema) })
export type PolicyCatalogue = z.infer<typeof policyCatalogueSchema>
