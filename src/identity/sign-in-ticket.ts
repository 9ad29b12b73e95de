import type { PersonId, Queryable } from '../kernel/index.ts'
import { digestOf, newSecret } from './bearer-secret.ts'

export type TicketKind = 'code' | 'passkey' | 'passkey-registration' | 'passkey-step-up' | 'oidc'

/** What was proven or asked in an earlier step; the person holds its secret, we hold the rest. */
export interface SignInTicket {
  readonly kind: TicketKind
  readonly person?: PersonId
  readonly payload: Readonly<Record<string, unknown>>
}

const ticketLifeMs = 5 * 60_000
const maxTries = 5

export async function writeTicket(database: Queryable, ticket: SignInTicket, atMs: number): Promise<string> {
  const secret = newSecret()
  await database.query('delete from sign_in_ticket where expires_at < to_timestamp($1::bigint / 1000.0)', [atMs])
  await database.query(
    `insert into sign_in_ticket (ticket_hash, kind, person_id, payload, expires_at)
     values ($1, $2, $3, $4, to_timestamp($5::bigint / 1000.0))`,
    [digestOf(secret), ticket.kind, ticket.person ?? null, JSON.stringify(ticket.payload), atMs + ticketLifeMs],
  )
  return secret
}

/** Counts one try. @returns undefined when it is unknown, of another kind, expired or tried too often. */
export async function tryTicket(
  database: Queryable,
  kind: TicketKind,
  secret: string,
  atMs: number,
): Promise<SignInTicket | undefined> {
  const [row] = await database.query<TicketRow>(
    `update sign_in_ticket set tries = tries + 1
     where ticket_hash = $1 and kind = $2 and tries < $4 and expires_at > to_timestamp($3::bigint / 1000.0)
     returning person_id as person, payload`,
    [digestOf(secret), kind, atMs, maxTries],
  )
  return row && ticketOf(kind, row)
}

/** Takes the ticket away: of two who hold it, one succeeds. */
export async function takeTicket(
  database: Queryable,
  kind: TicketKind,
  secret: string,
  atMs: number,
): Promise<SignInTicket | undefined> {
  const [row] = await database.query<TicketRow>(
    `delete from sign_in_ticket
     where ticket_hash = $1 and kind = $2 and expires_at > to_timestamp($3::bigint / 1000.0)
     returning person_id as person, payload`,
    [digestOf(secret), kind, atMs],
  )
  return row && ticketOf(kind, row)
}

interface TicketRow {
  readonly person: PersonId | null
  readonly payload: Readonly<Record<string, unknown>>
}

const ticketOf = (kind: TicketKind, { person, payload }: TicketRow): SignInTicket => ({
  kind,
  payload,
  ...(person !== null && { person }),
})
