import { randomUUID } from 'node:crypto'
import type { Caller, Channel, Database, PatientId, PurposeOfUse } from '../kernel/index.ts'
import { InvalidInput } from '../kernel/index.ts'
import type { Ledger, Receipt } from '../ledger/index.ts'
import type { Decision, Denied } from './decision.ts'
import { type DeclaredReason, declaredReasons } from './declared-reason.ts'
import type { AuthoritySettings } from './settings.ts'

/** The reminder was answered "proceed". */
export interface Declaration {
  readonly caller: Caller
  readonly patient: PatientId
  readonly purpose: PurposeOfUse
  /** Code of a {@link DeclaredReason}. */
  readonly reason: string
  /** The person's own words. */
  readonly text?: string
  readonly channel?: Channel
  readonly requestId?: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

export type Declared =
  | { readonly outcome: 'declared'; readonly until: string; readonly receipt: Receipt }
  /** There was nothing to answer: the patient may be opened as it is. */
  | { readonly outcome: 'not-needed'; readonly decision: Decision }
  | { readonly outcome: 'refused'; readonly decision: Denied; readonly receipt: Receipt }

interface DeclareDesk {
  readonly database: Database
  readonly ledger: Ledger
  readonly settings: AuthoritySettings
}

/**
 * Writes the ground and its ledger entry in one transaction. `standing` is the decision about this patient without
 * the declaration, under the stated purpose: only where it says `remind` is there anything to declare.
 * @throws {InvalidInput} for a reason that is not of the list, or words that are missing.
 */
export async function declareUse(declaration: Declaration, standing: Decision, desk: DeclareDesk): Promise<Declared> {
  const reason = checked(declaration)
  if (standing.effect === 'permit') return { outcome: 'not-needed', decision: standing }
  const draft = draftOf(declaration, standing)
  if (!standing.obligations.some((one) => one.type === 'remind')) {
    const [receipt] = await desk.ledger.record([
      {
        ...draft,
        kind: 'refusal',
        outcome: 8,
        decision: { ...draft.decision, effect: 'deny', code: standing.code },
      },
    ])
    return { outcome: 'refused', decision: standing, receipt: receipt! }
  }
  const until = new Date(declaration.at + desk.settings.declaredMs[reason.purpose])
  const receipts = await desk.database.transaction(async (tx) => {
    await tx.query(
      `insert into declared_use (id, person_id, patient_id, purpose, reason, words, declared_at, valid_until)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        randomUUID(),
        declaration.caller.person,
        declaration.patient,
        reason.purpose,
        reason.code,
        declaration.text ?? null,
        new Date(declaration.at),
        until,
      ],
    )
    return desk.ledger.recordWithin(tx, [
      { ...draft, kind: 'reminder', outcome: 0, detail: { choice: 'proceed', until: until.toISOString() } },
    ])
  })
  return { outcome: 'declared', until: until.toISOString(), receipt: receipts[0]! }
}

function checked(declaration: Declaration): DeclaredReason {
  const reason = declaredReasons.find((one) => one.code === declaration.reason && one.purpose === declaration.purpose)
  if (!reason) {
    throw new InvalidInput([
      {
        field: 'reason',
        rule: 'one-of',
        zh: '请选择列出的目的和原因。',
        en: 'choose one of the listed purposes and reasons',
      },
    ])
  }
  const words = declaration.text?.trim() ?? ''
  // Four characters say something in Chinese; a full stop or a repeated letter does not (notice 一(二): 目的).
  if (reason.textRequired && new Set(words).size < 4) {
    throw new InvalidInput([
      { field: 'text', rule: 'required', zh: '请用文字说明原因。', en: 'say the reason in words' },
    ])
  }
  if (words.length > 500) {
    throw new InvalidInput([
      { field: 'text', rule: 'max-length', zh: '说明不超过 500 字。', en: 'at most 500 characters' },
    ])
  }
  return reason
}

function draftOf(declaration: Declaration, standing: Decision) {
  const { caller } = declaration
  const words = declaration.text?.trim()
  return {
    actor: {
      person: caller.person,
      roles: standing.roles,
      departments: standing.departments,
      ...(caller.application && { application: caller.application }),
      session: caller.session,
      assurance: caller.assurance,
      methods: caller.methods,
    },
    terminal: {
      address: caller.terminal.address,
      ...(caller.terminal.device !== undefined && { device: caller.terminal.device }),
    },
    ...(declaration.channel && { channel: declaration.channel }),
    action: 'view',
    purpose: declaration.purpose,
    reason: { code: declaration.reason, ...(words && { text: words }) },
    patient: declaration.patient,
    decision: {
      effect: 'permit',
      policies: standing.policies.map((policy) => policy.id),
      bundle: standing.bundle,
      epoch: standing.epoch,
    },
    ...(declaration.requestId !== undefined && { requestId: declaration.requestId }),
  } as const
}
