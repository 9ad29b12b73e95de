import { type ChangeOrder, type ChangeResult, makeChange } from '../directory/index.ts'
import { type InputIssue, InvalidInput, type PersonId } from '../kernel/index.ts'
import { usernameOf } from './account.ts'
import type { IdentityDesk } from './desk.ts'
import { secretIsDefault } from './identity-configuration.ts'
import { codeSecretIsUsable } from './one-time-code.ts'
import { hashPassword } from './password-hash.ts'

export interface Enrolment {
  readonly person: PersonId
  readonly username: string
  /** Absent where the hospital's own directory or provider proves the person. */
  readonly password?: string
  /** Base32, at least 128 bits. */
  readonly totpSecret?: string
}

/**
 * Gives a person the means to prove who they are, or replaces them; sessions of before end.
 * @throws {InvalidInput} for weak secrets; in a demonstration, whose secrets are published anyway, only for unusable ones.
 */
export async function enrol(desk: IdentityDesk, order: ChangeOrder, enrolment: Enrolment): Promise<ChangeResult> {
  const username = usernameOf(enrolment.username)
  const issues = issuesOf(enrolment, username, desk.demonstration)
  if (issues.length > 0) throw new InvalidInput(issues)
  const password = enrolment.password === undefined ? undefined : await hashPassword(enrolment.password)
  const { person, totpSecret } = enrolment

  const changed = await makeChange(desk, order, {
    name: 'person-enrolled',
    person,
    detail: { username, password: password !== undefined, oneTimeCode: totpSecret !== undefined },
    async apply(tx) {
      const now = desk.clock.now()
      const [known] = await tx.query('select from person where id = $1', [person])
      if (!known) return { refused: 'unknown-person' }
      const [taken] = await tx.query('select from account where username = $1 and person_id <> $2', [username, person])
      if (taken) return { refused: 'conflict' }
      await tx.query(
        `insert into account (person_id, username, password, totp_secret, demonstration, created_at)
         values ($1, $2, $3, $4, $5, to_timestamp($6::bigint / 1000.0))
         on conflict (person_id) do update set username = excluded.username, password = excluded.password,
           totp_secret = excluded.totp_secret, totp_last_step = 0, demonstration = excluded.demonstration`,
        [
          person,
          username,
          password ?? null,
          totpSecret === undefined ? null : desk.box.seal(totpSecret, person),
          desk.demonstration,
          now,
        ],
      )
      await tx.query(
        'update session set ended_at = to_timestamp($2::bigint / 1000.0) where person_id = $1 and ended_at is null',
        [person, now],
      )
      return { id: person }
    },
  })
  desk.sessions.forgetPerson(person)
  return changed
}

/** The account, not the person: a lost medium, a suspicion. Live sessions end with the entry. */
export async function stopAccount(desk: IdentityDesk, order: ChangeOrder, person: PersonId): Promise<ChangeResult> {
  const changed = await makeChange(desk, order, {
    name: 'account-stopped',
    person,
    detail: {},
    async apply(tx) {
      const now = desk.clock.now()
      const rows = await tx.query(
        `update account set stopped_at = to_timestamp($2::bigint / 1000.0)
         where person_id = $1 and stopped_at is null returning username`,
        [person, now],
      )
      if (rows.length === 0) return { refused: 'already-so' }
      await tx.query(
        'update session set ended_at = to_timestamp($2::bigint / 1000.0) where person_id = $1 and ended_at is null',
        [person, now],
      )
      return { id: person }
    },
  })
  desk.sessions.forgetPerson(person)
  return changed
}

export function restoreAccount(desk: IdentityDesk, order: ChangeOrder, person: PersonId): Promise<ChangeResult> {
  return makeChange(desk, order, {
    name: 'account-restored',
    person,
    detail: {},
    async apply(tx) {
      if (order.by?.person === person) return { refused: 'self-assignment' }
      const rows = await tx.query(
        'update account set stopped_at = null where person_id = $1 and stopped_at is not null returning username',
        [person],
      )
      return rows.length === 0 ? { refused: 'already-so' } : { id: person }
    },
  })
}

const shortestPassword = 10

function issuesOf(enrolment: Enrolment, username: string, demonstration: boolean): readonly InputIssue[] {
  const issues: InputIssue[] = []
  const add = (field: string, rule: string, zh: string, en: string) => issues.push({ field, rule, zh, en })
  if (!/^[^\s\p{C}]{1,64}$/u.test(username)) add('username', 'pattern', '用户名不合规', 'is not a user name')
  const { password, totpSecret } = enrolment
  if (totpSecret !== undefined && !codeSecretIsUsable(totpSecret)) {
    add('totpSecret', 'strength', '种子不足 128 位', 'is shorter than 128 bits')
  }
  if (password === undefined || demonstration) return issues
  if ([...password].length < shortestPassword) {
    add('password', 'length', `口令至少 ${shortestPassword} 位`, `needs at least ${shortestPassword} characters`)
  }
  if (secretIsDefault(password) || password.toLowerCase().includes(username)) {
    add('password', 'default-secret', '不得使用默认口令或包含用户名', 'is a default or contains the user name')
  }
  return issues
}
