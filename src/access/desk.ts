import type { Authority } from '../authority/index.ts'
import type { Clock } from '../kernel/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { RecordStore } from '../records/index.ts'

/** Those who take part in every use. Built once where the parts are joined. */
export interface AccessDesk {
  readonly authority: Authority
  readonly ledger: Ledger
  readonly records: RecordStore
  readonly clock: Clock
}
