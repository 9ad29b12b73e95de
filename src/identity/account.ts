import type { PersonId, Queryable } from '../kernel/index.ts'
import { accountIsLocked } from './attempt-limit.ts'
import type { IdentityDesk } from './desk.ts'

/** How one person proves who they are, as far as it is kept here. */
export interface Account {
  readonly person: PersonId
  readonly username: string
  /** PHC string. */
  readonly password?: string
  /** Sealed seed of one-time codes. */
  readonly totpSecret?: Buffer
  readonly passkeys: number
  /** False once the account, the person or the owner of a service identity was stopped. */
  readonly active: boolean
}

/** For people: without secrets. */
export interface AccountSummary {
  readonly username: string
  readonly state: 'active' | 'locked' | 'stopped' | 'none'
  readonly factors: string[]
  /** RFC 3339 */
  readonly lastSignIn?: string
}

/** One spelling for one name: NFKC, lower case, no spaces around. */
export const usernameOf = (typed: string): string => typed.normalize('NFKC').trim().toLowerCase()

export async function readAccount(
  database: Queryable,
  by: { readonly username: string } | { readonly person: PersonId },
): Promise<Account | undefined> {
  const [row] = await database.query<AccountRow>(
    `select a.person_id as person, a.username, a.password, a.totp_secret as "totpSecret",
       (select count(*) from passkey k where k.person_id = a.person_id) as passkeys,
       a.stopped_at is null and p.stopped_at is null and (o.id is null or o.stopped_at is null) as active
     from account a join person p on p.id = a.person_id left join person o on o.id = p.owner_id
     where ${'username' in by ? 'a.username' : 'a.person_id'} = $1`,
    ['username' in by ? by.username : by.person],
  )
  if (!row) return undefined
  const { password, totpSecret, ...rest } = row
  return { ...rest, ...(password !== null && { password }), ...(totpSecret !== null && { totpSecret }) }
}

type AccountRow = Omit<Account, 'password' | 'totpSecret'> & {
  readonly password: string | null
  readonly totpSecret: Buffer | null
}

export async function summarizeAccount(desk: IdentityDesk, person: PersonId): Promise<AccountSummary> {
  const account = await readAccount(desk.database, { person })
  if (!account) return { username: '', state: 'none', factors: [] }
  const [row] = await desk.database.query<{ lastSignIn: Date | null }>(
    'select last_sign_in_at as "lastSignIn" from account where person_id = $1',
    [person],
  )
  const locked = await accountIsLocked(desk.database, account.username, desk.clock.now())
  return {
    username: account.username,
    state: account.active ? (locked ? 'locked' : 'active') : 'stopped',
    factors: [
      ...(account.password === undefined ? [] : ['password']),
      ...(account.totpSecret === undefined ? [] : ['one-time-code']),
      ...(account.passkeys === 0 ? [] : ['passkey']),
    ],
    ...(row?.lastSignIn && { lastSignIn: row.lastSignIn.toISOString() }),
  }
}
