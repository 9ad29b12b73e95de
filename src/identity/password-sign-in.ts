import type { PersonId, Terminal } from '../kernel/index.ts'
import { type Account, readAccount, usernameOf } from './account.ts'
import { beginAttempt, returnAttempt } from './attempt-limit.ts'
import type { IdentityDesk } from './desk.ts'
import { proveByLdap } from './ldap-bind.ts'
import { passwordMatches } from './password-hash.ts'
import { admit, type FailureReason, refuseSignIn, type SignInResult } from './sign-in.ts'
import { writeTicket } from './sign-in-ticket.ts'

export interface PasswordAttempt {
  readonly username: string
  readonly password: string
  readonly terminal: Terminal
}

/** First factor. Names that do not exist take the same way, at the same cost, to the same answer. */
export async function signInWithPassword(desk: IdentityDesk, attempt: PasswordAttempt): Promise<SignInResult> {
  const { terminal } = attempt
  const username = usernameOf(attempt.username)
  const limited = { username, address: terminal.address }
  const account = await readAccount(desk.database, { username })
  const known = { terminal, detail: { method: 'password' }, ...(account && { person: account.person }) }

  const waitMs = await beginAttempt(desk.database, limited, desk.clock.now())
  if (waitMs > 0) return refuseSignIn(desk, known, { code: 'locked', reason: 'locked', waitMs })

  const proof = await provePassword(desk, account, username, attempt.password)
  if ('reason' in proof) {
    return refuseSignIn(desk, known, { code: 'wrong-credentials', reason: proof.reason })
  }
  // Told apart only after the same work: the account of somebody stopped answers like a wrong password.
  if (account && !account.active) {
    return refuseSignIn(desk, known, { code: 'wrong-credentials', reason: 'stopped' })
  }

  const own = account ?? (await readAccount(desk.database, { person: proof.person }))
  if (own && (own.totpSecret !== undefined || own.passkeys > 0)) {
    await returnAttempt(desk.database, limited)
    const ticket = await writeTicket(
      desk.database,
      { kind: 'code', person: own.person, payload: { username, methods: proof.methods } },
      desk.clock.now(),
    )
    return { outcome: 'code-needed', ticket, passkeyAvailable: own.passkeys > 0 }
  }
  return admit(desk, { person: proof.person, assurance: 1, methods: proof.methods, terminal, username })
}

type Proof = { readonly person: PersonId; readonly methods: readonly string[] } | { readonly reason: FailureReason }

/** A password kept here is judged here; everybody else is the hospital's LDAP directory's to judge, where there is one. */
async function provePassword(
  desk: IdentityDesk,
  account: Account | undefined,
  username: string,
  password: string,
): Promise<Proof> {
  const { ldap } = desk.configuration
  if (ldap && account?.password === undefined) {
    const staffNumber = await proveByLdap(ldap, username, password)
    if (staffNumber === undefined) return { reason: 'ldap-refused' }
    const person = await desk.directory.personByStaffNumber(staffNumber)
    if (!person || (account && account.person !== person.id)) return { reason: 'unknown-person' }
    return { person: person.id, methods: ['pwd'] }
  }
  const matches = await passwordMatches(password, account?.password)
  if (!account) return { reason: 'unknown-account' }
  return matches ? { person: account.person, methods: ['pwd'] } : { reason: 'wrong-password' }
}
