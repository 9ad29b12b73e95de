import type { ApplicationId, Channel, PersonId, Terminal } from '../kernel/index.ts'
import type { EntryDraft, EntryKind } from '../ledger/index.ts'

export interface SignInFacts {
  readonly person?: PersonId
  readonly application?: ApplicationId
  readonly session?: string
  readonly assurance?: number
  readonly methods?: readonly string[]
  readonly terminal: Terminal
  readonly channel: Channel
  readonly detail?: Readonly<Record<string, unknown>>
}

/** Sign-ins, refused ones too, are entries like every other. A name that belongs to nobody is not written down. */
export function signInEntry(
  kind: Extract<EntryKind, 'sign-in' | 'sign-in-failed' | 'sign-out' | 'step-up'>,
  facts: SignInFacts,
): EntryDraft {
  return {
    kind,
    channel: facts.channel,
    outcome: kind === 'sign-in-failed' ? 4 : 0,
    actor: {
      ...(facts.person !== undefined && { person: facts.person }),
      ...(facts.application !== undefined && { application: facts.application }),
      ...(facts.session !== undefined && { session: facts.session }),
      ...(facts.assurance !== undefined && { assurance: facts.assurance }),
      ...(facts.methods !== undefined && { methods: facts.methods }),
    },
    terminal: {
      address: facts.terminal.address,
      ...(facts.terminal.device !== undefined && { device: facts.terminal.device }),
    },
    ...(facts.detail && { detail: facts.detail }),
  }
}
