import { z } from 'zod'

export const roleSchema = z.enum([
  'physician',
  'nurse',
  'technician',
  'pharmacist',
  'department-head',
  'record-room',
  'medical-affairs',
  'quality-control',
  'insurance',
  'education-office',
  'trainee',
  'vendor-engineer',
  'discipline-inspector',
  'security-admin',
  'system-admin',
  'audit-admin',
  'pr-officer',
])
export type Role = z.infer<typeof roleSchema>

/** The signed-in person: `GET /api/session`. */
export const sessionSchema = z.object({
  person: z.object({ id: z.string(), name: z.string(), username: z.string(), staffNumber: z.string() }),
  posts: z.array(
    z.object({
      role: roleSchema,
      title: z.string(),
      department: z.object({ id: z.string(), name: z.string() }),
      until: z.string().optional(),
    }),
  ),
  roles: z.array(roleSchema),
  assurance: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  /** What this person may reach; the console shows nothing else. */
  rooms: z.array(z.enum(['today', 'patients', 'my-uses', 'trace', 'people', 'policies', 'flows', 'security'])),
  csrfToken: z.string(),
  expiresAt: z.string(),
  passkeys: z.number().int(),
  hospital: z.object({ name: z.string(), timeZone: z.string(), demonstration: z.boolean() }),
})
export type Session = z.infer<typeof sessionSchema>

/** `POST /api/session` (first factor), `POST /api/session/code` (second). */
export const signInSchema = z.object({
  username: z.string().trim().min(1).max(64),
  password: z.string().min(1).max(256),
})
export const signInStateSchema = z.discriminatedUnion('state', [
  /** A second factor is needed: send the six digits with this ticket. */
  z.object({ state: z.literal('code-needed'), ticket: z.string(), passkeyAvailable: z.boolean() }),
  z.object({ state: z.literal('signed-in') }),
])
export type SignInState = z.infer<typeof signInStateSchema>
export const signInCodeSchema = z.object({ ticket: z.string(), code: z.string().regex(/^\d{6}$/) })
/** `POST /api/session/step-up`: the code again (or a passkey) before something grave. */
export const stepUpSchema = z.object({ code: z.string().regex(/^\d{6}$/) })
/** `GET /api/sign-in-options`, before sign-in. */
export const signInOptionsSchema = z.object({
  password: z.boolean(),
  passkey: z.boolean(),
  oidc: z.array(z.object({ id: z.string(), name: z.string(), startUrl: z.string() })),
  hospitalName: z.string(),
  demonstration: z.boolean(),
  /** Only in a demonstration: people to try, without secrets. */
  demoPeople: z.array(z.object({ username: z.string(), name: z.string(), role: z.string() })).optional(),
})
export type SignInOptions = z.infer<typeof signInOptionsSchema>

/**
 * Passkeys (WebAuthn Level 3). Signing in: `POST /api/session/passkey/options` gives {@link passkeyChallengeSchema},
 * `POST /api/session/passkey` takes {@link passkeyAnswerSchema} and answers with a {@link SignInState}. Adding one
 * when signed in: `POST /api/passkeys/options`, then `POST /api/passkeys`, which answers 204.
 */
export const passkeyRequestSchema = z.object({ username: z.string().trim().max(64).optional() })
/** `options` is the JSON form of PublicKeyCredentialRequestOptions or …CreationOptions. */
export const passkeyChallengeSchema = z.object({
  ticket: z.string(),
  options: z.looseObject({ challenge: z.string() }),
})
export type PasskeyChallenge = z.infer<typeof passkeyChallengeSchema>
/** `response` is the JSON form of the browser's PublicKeyCredential. */
export const passkeyAnswerSchema = z.object({
  ticket: z.string(),
  response: z.looseObject({ id: z.string() }),
  name: z.string().trim().max(64).optional(),
})
