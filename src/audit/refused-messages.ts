import type { Clock, InputIssue, Log } from '../kernel/index.ts'
import type { EntryDraft, Ledger, Receipt } from '../ledger/index.ts'
import type { ForeignFacts } from './foreign-facts.ts'

/** A message that was not taken in, and why. */
export interface RefusedMessage {
  /** Id of the source, where it is known who sent it. */
  readonly source?: string
  readonly address: string
  readonly format: ForeignFacts['format']
  readonly transport: ForeignFacts['transport']
  /** SHA-256 of what came, hex; absent where it was not read to its end. */
  readonly digest?: string
  readonly issues: readonly InputIssue[]
  /** How many messages this stands for; 1 unless they were dropped unread. */
  readonly messages?: number
}

export interface RefusedMessages {
  /**
   * Leaves a trace of the refusal. The first of each minute from one sender are entries of their own, and durable when
   * this resolves; what comes faster is counted and told in one entry: a broken sender must not fill the ledger, and
   * nothing is dropped without a word.
   * @returns the receipt, where this refusal has an entry of its own.
   */
  note(refused: RefusedMessage): Promise<Receipt | undefined>
  /** Tells what has been counted and not yet told. */
  tell(): Promise<void>
  close(): Promise<void>
}

interface Sender {
  startedAt: number
  told: number
  counted: number
  last?: RefusedMessage
}

const minuteMs = 60_000
const maxSenders = 1000

export interface RefusedMessagesOptions {
  readonly ledger: Ledger
  readonly clock: Clock
  readonly log: Log
  readonly toldEachMinute?: number
  readonly tellEveryMs?: number
}

export function openRefusedMessages(options: RefusedMessagesOptions): RefusedMessages {
  const { ledger, clock, log, toldEachMinute = 20, tellEveryMs = 10_000 } = options
  const senders = new Map<string, Sender>()
  const timer = setInterval(
    () => void tell().catch((err) => log.error({ err }, 'refused messages not told')),
    tellEveryMs,
  )
  timer.unref()

  function senderOf(refused: RefusedMessage): Sender {
    const known = `${refused.transport} ${refused.source ?? refused.address}`
    // Addresses can be made up by whoever sends datagrams; beyond so many, the rest share one account.
    const key = senders.has(known) || senders.size < maxSenders ? known : `${refused.transport} others`
    const sender = senders.get(key) ?? { startedAt: clock.now(), told: 0, counted: 0 }
    if (clock.now() - sender.startedAt >= minuteMs) Object.assign(sender, { startedAt: clock.now(), told: 0 })
    senders.set(key, sender)
    return sender
  }

  async function tell(): Promise<void> {
    const drafts: EntryDraft[] = []
    for (const [key, sender] of senders) {
      if (sender.counted > 0) drafts.push(draftOf(sender.last!, sender.counted))
      sender.counted = 0
      if (clock.now() - sender.startedAt >= minuteMs) senders.delete(key)
    }
    await ledger.record(drafts)
  }

  return {
    async note(refused) {
      const sender = senderOf(refused)
      log.warn(
        { source: refused.source, transport: refused.transport, rules: refused.issues.map((issue) => issue.rule) },
        'an audit message was refused',
      )
      if (sender.told >= toldEachMinute) {
        sender.counted += refused.messages ?? 1
        sender.last = refused
        return undefined
      }
      sender.told += 1
      const [receipt] = await ledger.record([draftOf(refused, refused.messages ?? 1)])
      return receipt
    },
    tell,
    async close() {
      clearInterval(timer)
      await tell()
    },
  }
}

function draftOf(refused: RefusedMessage, messages: number): EntryDraft {
  return {
    kind: 'refusal',
    outcome: 4,
    terminal: { address: refused.address },
    ...(refused.digest !== undefined && { digest: refused.digest }),
    detail: {
      event: 'audit-message-refused',
      ...(refused.source !== undefined && { source: refused.source }),
      format: refused.format,
      transport: refused.transport,
      messages,
      // Which field and rule; never the value.
      issues: refused.issues.slice(0, 10).map(({ field, rule }) => `${field.slice(0, 100)} ${rule}`),
    },
  }
}
