/**
 * For @fastify/rate-limit, which the server registers: a floor under the lock-out, so that nobody fills the ledger with
 * failures or the processor with password hashes. Small bodies only.
 */
export const slowedDown = {
  bodyLimit: 64 * 1024,
  config: { rateLimit: { max: 120, timeWindow: '1 minute' } },
}
