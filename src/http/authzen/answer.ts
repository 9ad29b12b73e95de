import { type Decision, type Obligation, refusalSentences } from '../../authority/index.ts'
import type { Receipt } from '../../ledger/index.ts'

/** AuthZEN §5.5: a decision and, beside it, an object of our own making. */
export interface Answer {
  readonly decision: boolean
  readonly context?: Readonly<Record<string, unknown>>
}

export function answerOf(decision: Decision, receipt: Receipt, at: number): Answer {
  const permits = decision.effect === 'permit'
  return {
    decision: permits,
    context: {
      evaluation_id: String(receipt.sequence),
      evaluated_at: new Date(at).toISOString(),
      policy_bundle: decision.bundle,
      policies: decision.policies.map(({ id, effect, clause, titleZh, titleEn }) => ({
        id,
        effect,
        clause,
        title: { zh: titleZh, en: titleEn },
      })),
      ...(decision.purpose && { purpose: decision.purpose }),
      ...(permits && { ttl_seconds: ttlOf(decision, at) }),
      ...(!permits && {
        reason: decision.code,
        reason_user: { '403': refusalSentences[decision.code].en, '403-zh': refusalSentences[decision.code].zh },
      }),
      ...(decision.obligations.length > 0 && { obligations: decision.obligations.map(obligationOf) }),
    },
  }
}

/** Not a decision about anybody: what was asked is not known here. */
export function unanswerable(status: 400 | 404, message: string): Answer {
  return { decision: false, context: { error: { status, message } } }
}

/** A caller may not keep a permit beyond the first end among its grounds, and never for long: rights are taken away. */
function ttlOf(decision: Decision, at: number): number {
  const ends = decision.grounds.flatMap((ground) => (ground.until === undefined ? [] : [Date.parse(ground.until)]))
  return Math.max(0, Math.floor((Math.min(at + maxTtlMs, ...ends) - at) / 1000))
}
const maxTtlMs = 60_000

/** AuthZEN obligations profile (draft of 2026-07-03): an asker that cannot fulfil one must deny. */
function obligationOf(obligation: Obligation) {
  if (obligation.type === 'step-up') {
    return { id: 'step-up', type: 'step-up', properties: { assurance: obligation.assurance } }
  }
  return { id: obligation.type, type: 'custom', properties: { name: obligation.type } }
}
