import type { ApplicationId, Channel, PersonId, Queryable, Terminal } from '../kernel/index.ts'
import { csrfTokenOf, digestOf, newPublicId, newSecret } from './bearer-secret.ts'
import type { IdentityDesk } from './desk.ts'
import { type SignInFacts, signInEntry } from './sign-in-entry.ts'

export const stepUpLifeMs = 10 * 60_000

export type SessionKind = 'browser' | 'application' | 'script'

/** What a living session or token says about its holder. Times are epoch milliseconds. */
export interface LivingSession {
  readonly id: string
  readonly kind: SessionKind
  readonly person: PersonId
  readonly application?: ApplicationId
  readonly scopes?: readonly string[]
  readonly audience: string
  readonly assurance: 1 | 2
  readonly methods: readonly string[]
  readonly steppedUpUntil?: number
  readonly device?: string
  readonly createdAt: number
  readonly lastSeenAt: number
  readonly idleUntil: number
  readonly expiresAt: number
}

export interface IssuedSession {
  readonly id: string
  /** Told once, to its holder; only its digest is kept. */
  readonly secret: string
  readonly csrfToken: string
  readonly person: PersonId
  /** Epoch milliseconds. */
  readonly expiresAt: number
}

export interface SessionOrder {
  readonly kind: SessionKind
  readonly person: PersonId
  readonly application?: ApplicationId
  readonly scopes?: readonly string[]
  readonly assurance: 1 | 2
  readonly methods: readonly string[]
  readonly terminal: Terminal
  readonly channel: Channel
  readonly lifeMs: number
  readonly idleMs: number
  readonly detail?: Readonly<Record<string, unknown>>
}

/** The session and its entry stand or fall together: where the entry cannot be made durable, nobody is signed in. */
export async function beginSession(desk: IdentityDesk, order: SessionOrder): Promise<IssuedSession> {
  const now = desk.clock.now()
  const [id, secret, expiresAt] = [newPublicId(), newSecret(), now + order.lifeMs]
  await desk.database.transaction(async (tx) => {
    await tx.query(
      `insert into session (id, secret_hash, kind, person_id, application_id, scopes, audience, assurance, methods,
         address, device, created_at, last_seen_at, idle_until, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, to_timestamp($12::bigint / 1000.0),
         to_timestamp($12::bigint / 1000.0), to_timestamp($13::bigint / 1000.0), to_timestamp($14::bigint / 1000.0))`,
      [
        id,
        digestOf(secret),
        order.kind,
        order.person,
        order.application ?? null,
        order.scopes ?? null,
        audienceOf(desk, order.kind),
        order.assurance,
        order.methods,
        order.terminal.address,
        order.terminal.device ?? null,
        now,
        Math.min(now + order.idleMs, expiresAt),
        expiresAt,
      ],
    )
    await tx.query('update account set last_sign_in_at = to_timestamp($2::bigint / 1000.0) where person_id = $1', [
      order.person,
      now,
    ])
    await desk.ledger.recordWithin(tx, [signInEntry('sign-in', { ...order, session: id })])
  })
  return { id, secret, csrfToken: csrfTokenOf(secret), person: order.person, expiresAt }
}

/** Whom a session is good for: the server it was issued by; a script's token, any process of this demonstration. */
export function audienceOf(desk: IdentityDesk, kind: SessionKind): string {
  return kind === 'script' ? 'demonstration' : desk.publicUrl()
}

/** Living means: not ended, not expired, not idle too long, and nobody behind it stopped. */
export async function readLivingSession(
  database: Queryable,
  secretHash: Buffer,
  atMs: number,
): Promise<LivingSession | undefined> {
  const [row] = await database.query<SessionRow>(livingStatement, [secretHash, atMs])
  if (!row) return undefined
  const { application, scopes, steppedUpUntil, device, ...rest } = row
  return {
    ...rest,
    ...(application !== null && { application }),
    ...(scopes !== null && { scopes }),
    ...(steppedUpUntil !== null && { steppedUpUntil }),
    ...(device !== null && { device }),
  }
}

interface SessionRow extends Omit<LivingSession, 'application' | 'scopes' | 'steppedUpUntil' | 'device'> {
  readonly application: ApplicationId | null
  readonly scopes: readonly string[] | null
  readonly steppedUpUntil: number | null
  readonly device: string | null
}

const livingStatement = {
  name: 'identity-living-session',
  text: `
    select s.id, s.kind, s.person_id as person, s.application_id as application, s.scopes, s.audience, s.assurance,
      s.methods, s.device, epoch_ms(s.stepped_up_until) as "steppedUpUntil", epoch_ms(s.created_at) as "createdAt",
      epoch_ms(s.last_seen_at) as "lastSeenAt", epoch_ms(s.idle_until) as "idleUntil",
      epoch_ms(s.expires_at) as "expiresAt"
    from session s
    join person p on p.id = s.person_id
    left join person o on o.id = p.owner_id
    left join account a on a.person_id = p.id
    left join application c on c.id = s.application_id
    left join person w on w.id = c.owner_id
    where s.secret_hash = $1 and s.ended_at is null
      and s.expires_at > to_timestamp($2::bigint / 1000.0) and s.idle_until > to_timestamp($2::bigint / 1000.0)
      and p.stopped_at is null and o.stopped_at is null and a.stopped_at is null and c.stopped_at is null
      and w.stopped_at is null`,
}

/** Use moves the idle end on, never beyond the absolute one. */
export async function touchSession(database: Queryable, id: string, atMs: number, idleMs: number): Promise<void> {
  await database.query(
    {
      name: 'identity-touch-session',
      text: `update session set last_seen_at = to_timestamp($2::bigint / 1000.0),
               idle_until = least(expires_at, to_timestamp(($2::bigint + $3::bigint) / 1000.0))
             where id = $1 and ended_at is null`,
    },
    [id, atMs, idleMs],
  )
}

export async function endSession(desk: IdentityDesk, session: string, facts: SignInFacts): Promise<void> {
  await desk.database.transaction(async (tx) => {
    await tx.query(
      'update session set ended_at = to_timestamp($2::bigint / 1000.0) where id = $1 and ended_at is null',
      [session, desk.clock.now()],
    )
    await desk.ledger.recordWithin(tx, [signInEntry('sign-out', { ...facts, session })])
  })
  desk.sessions.forget(session)
}

/** The same person proved themselves again: for ten minutes the session has assurance 3. */
export async function raiseSession(desk: IdentityDesk, session: string, facts: SignInFacts): Promise<number> {
  const until = desk.clock.now() + stepUpLifeMs
  await desk.database.transaction(async (tx) => {
    await tx.query('update session set stepped_up_until = to_timestamp($2::bigint / 1000.0) where id = $1', [
      session,
      until,
    ])
    await desk.ledger.recordWithin(tx, [signInEntry('step-up', { ...facts, session, assurance: 3 })])
  })
  desk.sessions.forget(session)
  return until
}
