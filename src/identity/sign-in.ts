import type { PersonId, Terminal } from '../kernel/index.ts'
import { forgiveAttempts } from './attempt-limit.ts'
import type { IdentityDesk } from './desk.ts'
import { beginSession, type IssuedSession } from './session.ts'
import { type SignInFacts, signInEntry } from './sign-in-entry.ts'

/**
 * Why nobody was signed in. `wrong-credentials` says nothing more, whether the name is unknown, the password wrong,
 * or the person stopped; `agreement-needed` is told only to those who have proved who they are.
 */
export type SignInRefusalCode = 'wrong-credentials' | 'locked' | 'ticket-expired' | 'agreement-needed'

export interface SignInRefusal {
  readonly outcome: 'refused'
  readonly code: SignInRefusalCode
  readonly retryAfterSeconds?: number
}

export interface SignedIn {
  readonly outcome: 'signed-in'
  readonly session: IssuedSession
}

export interface CodeNeeded {
  readonly outcome: 'code-needed'
  readonly ticket: string
  readonly passkeyAvailable: boolean
}

export type SignInResult = SignedIn | CodeNeeded | SignInRefusal

/** Why, for the ledger alone. */
export type FailureReason =
  | 'unknown-account'
  | 'wrong-password'
  | 'wrong-code'
  | 'code-used-before'
  | 'ticket-expired'
  | 'locked'
  | 'stopped'
  | 'no-agreement'
  | 'unknown-passkey'
  | 'passkey-refused'
  | 'ldap-refused'
  | 'unknown-person'
  | 'provider-refused'

/** Records the failure before anybody is told of it. */
export async function refuseSignIn(
  desk: IdentityDesk,
  facts: Omit<SignInFacts, 'channel'>,
  because: { readonly code: SignInRefusalCode; readonly reason: FailureReason; readonly waitMs?: number },
): Promise<SignInRefusal> {
  await desk.ledger.record([
    signInEntry('sign-in-failed', {
      ...facts,
      channel: 'console',
      detail: { ...facts.detail, reason: because.reason },
    }),
  ])
  return {
    outcome: 'refused',
    code: because.code,
    ...(because.waitMs !== undefined && { retryAfterSeconds: Math.ceil(because.waitMs / 1000) }),
  }
}

export interface Proven {
  readonly person: PersonId
  readonly assurance: 1 | 2
  /** RFC 8176. */
  readonly methods: readonly string[]
  readonly terminal: Terminal
  /** Under which failures were counted, where a name was typed. */
  readonly username?: string
}

/** Every factor asked for was right. A vendor's engineer still needs a living confidentiality agreement (notice 二(一)). */
export async function admit(desk: IdentityDesk, proven: Proven): Promise<SignedIn | SignInRefusal> {
  const now = desk.clock.now()
  const subject = await desk.directory.subject(proven.person)
  if (!subject?.active) {
    return refuseSignIn(desk, proven, { code: 'wrong-credentials', reason: 'stopped' })
  }
  const bound = subject.agreements.some(
    (agreement) => agreement.kind === 'confidentiality' && agreement.from <= now && now < agreement.until,
  )
  if (subject.population === 'vendor' && !bound) {
    return refuseSignIn(desk, proven, { code: 'agreement-needed', reason: 'no-agreement' })
  }
  if (proven.username !== undefined) {
    await forgiveAttempts(desk.database, { username: proven.username, address: proven.terminal.address })
  }
  const session = await beginSession(desk, {
    ...proven,
    kind: 'browser',
    channel: 'console',
    lifeMs: desk.configuration.sessionMaxHours * 3_600_000,
    idleMs: desk.configuration.sessionIdleMinutes * 60_000,
  })
  return { outcome: 'signed-in', session }
}
