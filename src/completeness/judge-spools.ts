import type { Database } from '../kernel/index.ts'
import type { Finding } from './gap.ts'

/**
 * Spools that were announced, whose process is gone, and that did not come back: uses may have been traced in them.
 * A server started again on the same data directory joins them, and the gap is healed.
 */
export async function judgeSpools(database: Database, graceSeconds: number): Promise<readonly Finding[]> {
  const rows = await database.query<{ id: string; process: string | null; opened: number; joinedUpto: number }>(
    `select s.id, s.process_id as process, s.opened_sequence as opened, s.joined_upto as "joinedUpto"
     from continuity_spool s left join counting_process p on p.id = s.process_id
     where s.joined_sequence is null
       and coalesce(p.ended_at, p.heard_at, s.opened_at) < now() - make_interval(secs => $1)`,
    [graceSeconds],
  )
  return rows.map(({ id, process, opened, joinedUpto }) => ({
    counter: 'spool',
    subject: id,
    outcome: 8,
    detail: { spool: id, ...(process !== null && { process }), opened, joinedUpto, missing: true },
  }))
}

export async function spoolIsJoined(database: Database, spool: string): Promise<boolean> {
  const [row] = await database.query<{ joined: boolean }>(
    'select joined_sequence is not null as joined from continuity_spool where id = $1',
    [spool],
  )
  return row?.joined ?? false
}
