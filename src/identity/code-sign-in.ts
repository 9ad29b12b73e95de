import type { Caller, Terminal } from '../kernel/index.ts'
import { type Account, readAccount } from './account.ts'
import { beginAttempt, forgiveAttempts } from './attempt-limit.ts'
import type { IdentityDesk } from './desk.ts'
import { stepOfCode } from './one-time-code.ts'
import { raiseSession } from './session.ts'
import { admit, type FailureReason, refuseSignIn, type SignedIn, type SignInRefusal } from './sign-in.ts'
import { takeTicket, tryTicket } from './sign-in-ticket.ts'

/** Second factor: the six digits, with the ticket of the first. */
export async function signInWithCode(
  desk: IdentityDesk,
  attempt: { readonly ticket: string; readonly code: string; readonly terminal: Terminal },
): Promise<SignedIn | SignInRefusal> {
  const { terminal } = attempt
  const now = desk.clock.now()
  const detail = { method: 'one-time-code' }
  const ticket = await tryTicket(desk.database, 'code', attempt.ticket, now)
  const account = ticket?.person && (await readAccount(desk.database, { person: ticket.person }))
  if (!ticket || !account) {
    return refuseSignIn(desk, { terminal, detail }, { code: 'ticket-expired', reason: 'ticket-expired' })
  }

  const known = { terminal, detail, person: account.person }
  const username = String(ticket.payload.username)
  const waitMs = await beginAttempt(desk.database, { username, address: terminal.address }, now)
  if (waitMs > 0) return refuseSignIn(desk, known, { code: 'locked', reason: 'locked', waitMs })
  const wrong = account.active ? await judgeCode(desk, account, attempt.code) : 'stopped'
  if (wrong !== undefined) return refuseSignIn(desk, known, { code: 'wrong-credentials', reason: wrong })
  if (!(await takeTicket(desk.database, 'code', attempt.ticket, now))) {
    return refuseSignIn(desk, known, { code: 'ticket-expired', reason: 'ticket-expired' })
  }
  const methods = [...(ticket.payload.methods as readonly string[]), 'otp', 'mfa']
  return admit(desk, { person: account.person, assurance: 2, methods, terminal, username })
}

export type StepUpResult = { readonly outcome: 'stepped-up'; readonly until: number } | SignInRefusal

/** The code again before something grave; a code that was used to sign in is used up. */
export async function stepUpWithCode(desk: IdentityDesk, caller: Caller, code: string): Promise<StepUpResult> {
  const { terminal, person, session } = caller
  const known = { terminal, person, session, detail: { method: 'one-time-code', step: 'step-up' } }
  const account = await readAccount(desk.database, { person })
  if (!account) return refuseSignIn(desk, known, { code: 'wrong-credentials', reason: 'unknown-account' })
  const limited = { username: account.username, address: terminal.address }
  const waitMs = await beginAttempt(desk.database, limited, desk.clock.now())
  if (waitMs > 0) return refuseSignIn(desk, known, { code: 'locked', reason: 'locked', waitMs })
  const wrong = account.active ? await judgeCode(desk, account, code) : 'stopped'
  if (wrong !== undefined) return refuseSignIn(desk, known, { code: 'wrong-credentials', reason: wrong })

  await forgiveAttempts(desk.database, limited)
  const until = await raiseSession(desk, session, { terminal, person, channel: 'console', methods: ['otp'] })
  return { outcome: 'stepped-up', until }
}

/** RFC 6238 §5.2: a code is accepted once, and none older than the last one accepted. */
async function judgeCode(desk: IdentityDesk, account: Account, code: string): Promise<FailureReason | undefined> {
  if (account.totpSecret === undefined) return 'wrong-code'
  const seed = desk.box.open(account.totpSecret, account.person)
  const step = stepOfCode(seed, code, desk.clock.now())
  if (step === undefined) return 'wrong-code'
  const fresh = await desk.database.query(
    'update account set totp_last_step = $2 where person_id = $1 and totp_last_step < $2 returning person_id',
    [account.person, step],
  )
  return fresh.length === 0 ? 'code-used-before' : undefined
}
