import type { AgreementEntry, TicketEntry } from './batch.ts'
import { type ChangeDesk, type ChangeOrder, type ChangeResult, makeChange } from './change.ts'

/** Signs one of a vendor's two agreements. Confidentiality grants nothing; authorization grants nothing without it. */
export function signAgreement(desk: ChangeDesk, order: ChangeOrder, entry: AgreementEntry): Promise<ChangeResult> {
  return makeChange(desk, order, {
    name: 'agreement-signed',
    detail: { vendor: entry.vendor, kind: entry.kind, people: entry.people.map((named) => named.person) },
    async apply(tx) {
      if (!Number.isFinite(entry.until) || entry.until <= entry.from) return { refused: 'term-without-end' }
      await tx.query(
        `insert into agreement
           (id, vendor_id, kind, title, signed_on, valid_from, valid_until, systems, categories, purposes)
         values ($1, $2, $3, $4, $5, to_timestamp($6::bigint / 1000.0), to_timestamp($7::bigint / 1000.0), $8, $9, $10)`,
        [
          entry.id,
          entry.vendor,
          entry.kind,
          entry.title,
          entry.signedOn,
          entry.from,
          entry.until,
          entry.systems ?? [],
          entry.categories ?? [],
          entry.purposes ?? [],
        ],
      )
      for (const named of entry.people) {
        await tx.query(
          `insert into agreement_person (agreement_id, person_id, vendor_id, confirmed_at)
           values ($1, $2, $3, to_timestamp($4::bigint / 1000.0))`,
          [entry.id, named.person, entry.vendor, named.confirmedAt],
        )
      }
      return { id: entry.id }
    },
  })
}

/** Ends an agreement now, and with it, in the same transaction, the posts and tickets that stand on it. */
export function endAgreement(desk: ChangeDesk, order: ChangeOrder, agreement: string): Promise<ChangeResult> {
  return makeChange(desk, order, {
    name: 'agreement-ended',
    detail: { agreement },
    async apply(tx) {
      const now = desk.clock.now()
      const [found] = await tx.query<{ from: number; until: number }>(
        'select epoch_ms(valid_from) as from, epoch_ms(valid_until) as until from agreement where id = $1 for update',
        [agreement],
      )
      if (!found) return { refused: 'unknown-agreement' }
      if (found.until <= now) return { refused: 'already-so' }
      if (found.from >= now) return { refused: 'conflict' }
      for (const table of ['post', 'service_ticket']) {
        await tx.query(
          `delete from ${table} where agreement_id = $1 and valid_from >= to_timestamp($2::bigint / 1000.0)`,
          [agreement, now],
        )
        await tx.query(
          `update ${table} set valid_until = to_timestamp($2::bigint / 1000.0)
           where agreement_id = $1 and valid_until > to_timestamp($2::bigint / 1000.0)`,
          [agreement, now],
        )
      }
      await tx.query('update agreement set valid_until = to_timestamp($2::bigint / 1000.0) where id = $1', [
        agreement,
        now,
      ])
      return { id: agreement }
    },
  })
}

/** Opens a window of work for one engineer, sponsored by a member of staff, inside one authorization. */
export function openTicket(desk: ChangeDesk, order: ChangeOrder, entry: TicketEntry): Promise<ChangeResult> {
  return makeChange(desk, order, {
    name: 'ticket-opened',
    person: entry.person,
    detail: {
      agreement: entry.agreement,
      sponsor: entry.sponsor,
      systems: entry.systems,
      categories: entry.categories,
    },
    async apply(tx) {
      if (!Number.isFinite(entry.until) || entry.until <= entry.from) return { refused: 'term-without-end' }
      const [ticket] = await tx.query<{ id: string }>(
        `insert into service_ticket (id, person_id, vendor_id, agreement_id, agreement_from, agreement_until,
           agreement_systems, agreement_categories, sponsor_id, title, systems, categories, valid_from, valid_until)
         select $1, $2, vendor_id, id, valid_from, valid_until, systems, categories, $4, $5, $6, $7,
           to_timestamp($8::bigint / 1000.0), to_timestamp($9::bigint / 1000.0)
         from agreement where id = $3 returning id`,
        [
          entry.id,
          entry.person,
          entry.agreement,
          entry.sponsor,
          entry.title,
          entry.systems,
          entry.categories,
          entry.from,
          entry.until,
        ],
      )
      return ticket ?? { refused: 'unknown-agreement' }
    },
  })
}

export function closeTicket(desk: ChangeDesk, order: ChangeOrder, ticket: string): Promise<ChangeResult> {
  return makeChange(desk, order, {
    name: 'ticket-closed',
    detail: { ticket },
    async apply(tx) {
      const now = desk.clock.now()
      const [found] = await tx.query<{ from: number; until: number }>(
        'select epoch_ms(valid_from) as from, epoch_ms(valid_until) as until from service_ticket where id = $1 for update',
        [ticket],
      )
      if (!found) return { refused: 'unknown-thing' }
      if (found.until <= now) return { refused: 'already-so' }
      if (found.from >= now) {
        await tx.query('delete from service_ticket where id = $1', [ticket])
        return { id: ticket }
      }
      await tx.query('update service_ticket set valid_until = to_timestamp($2::bigint / 1000.0) where id = $1', [
        ticket,
        now,
      ])
      return { id: ticket }
    },
  })
}
