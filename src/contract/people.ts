import { z } from 'zod'
import { roleSchema } from './session.ts'

/** `GET /api/people?q=&department=&cursor=`. */
export const personRowSchema = z.object({
  id: z.string(),
  name: z.string(),
  staffNumber: z.string(),
  population: z.enum(['staff', 'trainee', 'vendor', 'service']),
  active: z.boolean(),
  posts: z.array(
    z.object({
      role: roleSchema,
      title: z.string(),
      department: z.string(),
      from: z.string(),
      until: z.string().optional(),
    }),
  ),
})
export type PersonRow = z.infer<typeof personRowSchema>
export const peoplePageSchema = z.object({
  rows: z.array(personRowSchema),
  nextCursor: z.string().optional(),
  total: z.number().int(),
})
export type PeoplePage = z.infer<typeof peoplePageSchema>

/** `GET /api/people/:id`: one person whole, with what their rights stand on. */
export const personDossierSchema = personRowSchema.extend({
  licence: z.string().optional(),
  rosters: z.array(z.object({ department: z.string(), kind: z.string(), from: z.string(), until: z.string() })),
  rotations: z.array(
    z.object({
      programme: z.string(),
      department: z.string(),
      supervisor: z.string(),
      from: z.string(),
      until: z.string(),
    }),
  ),
  training: z.array(
    z.object({ course: z.string(), version: z.string(), passedAt: z.string(), until: z.string().optional() }),
  ),
  agreements: z.array(
    z.object({
      kind: z.enum(['confidentiality', 'authorization']),
      title: z.string(),
      from: z.string(),
      until: z.string(),
      scope: z.array(z.string()),
    }),
  ),
  account: z.object({
    username: z.string(),
    state: z.enum(['active', 'locked', 'stopped', 'none']),
    factors: z.array(z.string()),
    lastSignIn: z.string().optional(),
  }),
})
export type PersonDossier = z.infer<typeof personDossierSchema>

/** `GET /api/departments`: names for filters. */
export const departmentsSchema = z.object({
  rows: z.array(z.object({ id: z.string(), name: z.string(), kind: z.string() })),
})
export type Departments = z.infer<typeof departmentsSchema>
