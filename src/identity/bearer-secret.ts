import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 random bits: what a cookie, a token or a ticket is. Only its digest is stored. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

export const digestOf = (secret: string): Buffer => hash('sha256', secret, 'buffer')

/** For ids that are seen by people and the ledger. */
export const newPublicId = (): string => randomBytes(12).toString('base64url')

/** Follows from the session's secret, which scripts of other origins can neither read nor guess. */
export const csrfTokenOf = (sessionSecret: string): string =>
  createHmac('sha256', sessionSecret).update('chartward csrf v1').digest('base64url')

export function secretsAreEqual(one: string, other: string): boolean {
  const [a, b] = [digestOf(one), digestOf(other)]
  return timingSafeEqual(a, b)
}
