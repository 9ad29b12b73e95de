import type { Denied } from '../../authority/index.ts'
import { Failure } from '../../kernel/index.ts'
import type { Receipt } from '../../ledger/index.ts'

/** A refusal of `access/` on its way out of the console API: the server tells it as a problem with its receipt. */
export class RefusedRequest extends Failure<'refused'> {
  readonly decision: Denied
  readonly receipt: Receipt

  constructor(decision: Denied, receipt: Receipt) {
    super('refused', decision.code)
    this.decision = decision
    this.receipt = receipt
  }
}

/** What is there, or the refusal thrown. */
export function releasedOnly<Result extends { readonly outcome: string }>(
  result: Result | { readonly outcome: 'refused'; readonly decision: Denied; readonly receipt: Receipt },
): Exclude<Result, { outcome: 'refused' }> {
  if (result.outcome === 'refused') {
    const refused = result as { decision: Denied; receipt: Receipt }
    throw new RefusedRequest(refused.decision, refused.receipt)
  }
  return result as Exclude<Result, { outcome: 'refused' }>
}
