import type { Counters } from '../completeness/index.ts'
import { Failure } from '../kernel/index.ts'
import type { Ledger, RecordedPermit } from '../ledger/index.ts'
import type { RecordStore } from './record-store.ts'

/**
 * The store, answerable for what it hands out: every content is counted under its permit, independently of what the
 * gateway counts, and a permit under which the store failed is ended in the ledger as withheld.
 */
export function accountable<Store extends RecordStore>(
  store: Store,
  parts: { readonly counters: Counters; readonly ledger: Ledger },
): Store {
  const { counters, ledger } = parts
  const count = (permit: RecordedPermit, records: number): void => counters.read(permit.receipt, records)

  async function withhold(permits: readonly RecordedPermit[], reason: string): Promise<void> {
    const entries = permits.map(({ receipt, scope }) => ({
      kind: 'withheld' as const,
      follows: receipt.sequence,
      ...(scope.kind === 'record' && {
        record: scope.record,
        ...(scope.patient !== undefined && { patient: scope.patient }),
      }),
      outcome: 8 as const,
      detail: { reason },
    }))
    // Where the ledger fails too, the permit stays without an end, and the reconciler finds it.
    for (const entry of entries) await ledger.record([entry]).catch(() => {})
  }

  async function attempt<Result>(permits: readonly RecordedPermit[], work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (cause) {
      await withhold(permits, cause instanceof Failure ? cause.code : 'failed')
      throw cause
    }
  }

  const { writeTogether } = store
  return {
    ...store,
    async read(permit, which) {
      const found = await attempt([permit], () => store.read(permit, which))
      if (typeof found === 'object') count(permit, 1)
      return found
    },
    async history(permit, page, admit) {
      const result = await attempt([permit], () => store.history(permit, page, admit))
      count(permit, result.versions.length)
      return result
    },
    async search(permit, plan, verify) {
      const outcome = await attempt([permit], () => store.search(permit, plan, verify))
      count(permit, outcome.rows.length)
      return outcome
    },
    async write(permit, change) {
      const outcome = await attempt([permit], () => store.write(permit, change))
      if (outcome.outcome === 'written') count(permit, 1)
      return outcome
    },
    ...(writeTogether && {
      async writeTogether(writes: Parameters<typeof writeTogether>[0]) {
        const permits = writes.map((one) => one.permit)
        const together = await attempt(permits, () => writeTogether(writes))
        if (together.outcome === 'written') for (const permit of permits) count(permit, 1)
        else
          await withhold(
            permits.filter((_, index) => index !== together.index),
            'rolled-back',
          )
        return together
      },
    }),
  }
}
