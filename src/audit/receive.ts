import { sha256Hex } from '../crypto/index.ts'
import { type Clock, type InputIssue, type LedgerSequence, type Log, openClosing } from '../kernel/index.ts'
import type { Receipt } from '../ledger/index.ts'
import type { AuditSource, AuditSources } from './audit-source.ts'
import type { ReadEvent } from './foreign-event.ts'
import type { ForeignFacts } from './foreign-facts.ts'
import { type Arrival, type IntakeDesk, takeIn } from './intake.ts'
import { openRefusedMessages, type RefusedMessage } from './refused-messages.ts'

/** A message as it came, and what was read from it. */
export interface ReceivedMessage {
  readonly source: AuditSource
  readonly format: ForeignFacts['format']
  readonly transport: ForeignFacts['transport']
  readonly address: string
  /** The original, or its canonical form where it came as part of something greater. */
  readonly original: Buffer | string
  readonly read: ReadEvent
  readonly requestId?: string
}

export type Received =
  | { readonly outcome: 'recorded'; readonly receipt: Receipt }
  | { readonly outcome: 'duplicate'; readonly sequence: LedgerSequence }
  | { readonly outcome: 'refused'; readonly issues: readonly InputIssue[]; readonly receipt?: Receipt }

/** Where others' trails come in, whatever way they come. */
export interface AuditIntake {
  readonly sources: AuditSources
  sourceOfApplication(application: string): AuditSource | undefined
  /** Each message in its own right; all are durable, or their refusals noted, when this resolves. */
  receive(messages: readonly ReceivedMessage[]): Promise<readonly Received[]>
  /** A message that could not even be read as one, or whose sender is not known. */
  refuse(refused: RefusedMessage): Promise<Receipt | undefined>
  /** Tells refusals that have only been counted so far. */
  tellRefused(): Promise<void>
  close(): Promise<void>
}

export interface AuditIntakeOptions extends IntakeDesk {
  readonly sources: AuditSources
  readonly clock: Clock
  readonly log: Log
  readonly refusalsToldEachMinute?: number
}

export function openAuditIntake(options: AuditIntakeOptions): AuditIntake {
  const { sources } = options
  const closing = openClosing()
  const refusedMessages = openRefusedMessages({
    ...options,
    ...(options.refusalsToldEachMinute !== undefined && { toldEachMinute: options.refusalsToldEachMinute }),
  })
  closing.add(() => refusedMessages.close())
  return {
    sources,
    sourceOfApplication: (application) =>
      sources.sources.find(
        ({ authenticates }) => authenticates.by === 'application' && authenticates.application === application,
      ),
    async receive(messages) {
      const arrivals = messages.flatMap((message): Arrival[] =>
        message.read.outcome === 'read'
          ? [{ ...message, event: message.read.event, digest: sha256Hex(message.original) }]
          : [],
      )
      const taken = (await takeIn(arrivals, options)).values()
      const told: Received[] = []
      for (const message of messages) {
        const one = message.read.outcome === 'read' ? taken.next().value! : message.read
        if (one.outcome !== 'refused') {
          told.push(one)
          continue
        }
        const receipt = await refusedMessages.note(refusalOf(message, one.issues))
        told.push({ outcome: 'refused', issues: one.issues, ...(receipt && { receipt }) })
      }
      return told
    },
    refuse: (refused) => refusedMessages.note(refused),
    tellRefused: () => refusedMessages.tell(),
    close: () => closing.run(),
  }
}

function refusalOf({ source, format, transport, address, original }: ReceivedMessage, issues: readonly InputIssue[]) {
  return { source: source.id, format, transport, address, digest: sha256Hex(original), issues }
}
