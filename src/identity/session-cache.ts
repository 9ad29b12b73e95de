import type { AuthorityEpoch, PersonId } from '../kernel/index.ts'
import type { LivingSession } from './session.ts'

/**
 * Sessions looked up lately. One is good only under the epoch of authority it was read in, for whoever is stopped
 * raises it, and for a few seconds at most, for another server may have ended it. It is kept for longer, for the time
 * when the database is away.
 */
export interface SessionCache {
  get(key: string, epoch: AuthorityEpoch, atMs: number): LivingSession | undefined
  /** The session as it was known last, if it was read at or after `oldestMs` and has not ended since by itself. */
  lastKnown(key: string, atMs: number, oldestMs: number): LivingSession | undefined
  put(key: string, session: LivingSession, epoch: AuthorityEpoch, atMs: number): void
  /** The database says that it lives no more. */
  drop(key: string): void
  /** By the session's public id. */
  forget(session: string): void
  forgetPerson(person: PersonId): void
}

interface Kept {
  readonly session: LivingSession
  readonly epoch: AuthorityEpoch
  readonly readAt: number
}

const goodForMs = 3_000
const mostKept = 20_000

export function sessionCache(): SessionCache {
  const kept = new Map<string, Kept>()
  return {
    get(key, epoch, atMs) {
      const found = kept.get(key)
      if (!found) return undefined
      const { session } = found
      const lives = atMs < session.expiresAt && atMs < session.idleUntil
      if (!lives) kept.delete(key)
      const isFresh = found.epoch === epoch && atMs >= found.readAt && atMs - found.readAt < goodForMs
      return lives && isFresh ? session : undefined
    },
    lastKnown(key, atMs, oldestMs) {
      const found = kept.get(key)
      if (!found || found.readAt < oldestMs) return undefined
      const { session } = found
      if (atMs >= session.expiresAt || atMs >= session.idleUntil) return undefined
      // Use moves the idle end here alone: the database hears of it with the first use after its return, or not at all.
      const idleMs = session.idleUntil - session.lastSeenAt
      const used = { ...session, lastSeenAt: atMs, idleUntil: Math.min(atMs + idleMs, session.expiresAt) }
      kept.set(key, { ...found, session: used })
      return used
    },
    put(key, session, epoch, atMs) {
      // A Map keeps the order of insertion: what was read longest ago goes first.
      kept.delete(key)
      if (kept.size >= mostKept) kept.delete(kept.keys().next().value!)
      kept.set(key, { session, epoch, readAt: atMs })
    },
    drop(key) {
      kept.delete(key)
    },
    forget(session) {
      for (const [key, value] of kept) if (value.session.id === session) kept.delete(key)
    },
    forgetPerson(person) {
      for (const [key, value] of kept) if (value.session.person === person) kept.delete(key)
    },
  }
}
