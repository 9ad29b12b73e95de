import type { AuthorityEpoch, PersonId } from '../kernel/index.ts'
import type { LivingSession } from './session.ts'

/**
 * Sessions looked up lately. One is good only under the epoch of authority it was read in, for whoever is stopped
 * raises it, and for a few seconds at most, for another server may have ended it.
 */
export interface SessionCache {
  get(key: string, epoch: AuthorityEpoch, atMs: number): LivingSession | undefined
  put(key: string, session: LivingSession, epoch: AuthorityEpoch, atMs: number): void
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
      const good =
        found.epoch === epoch &&
        atMs >= found.readAt &&
        atMs - found.readAt < goodForMs &&
        atMs < session.expiresAt &&
        atMs < session.idleUntil
      if (good) return session
      kept.delete(key)
      return undefined
    },
    put(key, session, epoch, atMs) {
      if (kept.size >= mostKept) kept.clear()
      kept.set(key, { session, epoch, readAt: atMs })
    },
    forget(session) {
      for (const [key, value] of kept) if (value.session.id === session) kept.delete(key)
    },
    forgetPerson(person) {
      for (const [key, value] of kept) if (value.session.person === person) kept.delete(key)
    },
  }
}
