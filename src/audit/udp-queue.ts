import type { Log } from '../kernel/index.ts'
import type { AuditIntake } from './receive.ts'
import { refusalOf, type SyslogSender, takeFrames } from './syslog-reception.ts'

export interface UdpQueue {
  add(bytes: Buffer, sender: SyslogSender): void
  close(): Promise<void>
}

const maxWaiting = 2_000
const maxTogether = 200

/** Datagrams wait here for the ledger. There is no holding back a sender of datagrams: what finds no place is told. */
export function openUdpQueue(desk: {
  readonly intake: AuditIntake
  readonly log: Log
  readonly signal: AbortSignal
}): UdpQueue {
  const waiting: { readonly bytes: Buffer; readonly sender: SyslogSender }[] = []
  const dropped = new Map<string, { readonly sender: SyslogSender; messages: number }>()
  let working: Promise<void> | undefined

  async function work(): Promise<void> {
    while (waiting.length > 0 && !desk.signal.aborted) {
      const { sender } = waiting[0]!
      const other = waiting.findIndex((one) => one.sender.address !== sender.address)
      const together = waiting.splice(0, Math.min(other < 0 ? waiting.length : other, maxTogether))
      await takeFrames(
        together.map(({ bytes }) => ({ kind: 'message', bytes })),
        sender,
        desk,
      )
    }
    for (const [key, { sender, messages }] of dropped) {
      dropped.delete(key)
      await desk.intake
        .refuse({ ...refusalOf(sender), messages, issues: [overflow] })
        .catch((err: unknown) => desk.log.error({ err, messages }, 'dropped datagrams could not be told'))
    }
  }

  function start(): void {
    working = work().finally(() => {
      working = undefined
      if (waiting.length > 0 && !desk.signal.aborted) start()
    })
  }

  return {
    add(bytes, sender) {
      if (waiting.length < maxWaiting) waiting.push({ bytes, sender })
      else {
        const known = dropped.get(sender.source.id)
        if (known) known.messages += 1
        else dropped.set(sender.source.id, { sender, messages: 1 })
      }
      if (!working) start()
    },
    async close() {
      while (working) await working
    },
  }
}

const overflow = {
  field: 'syslog',
  rule: 'overflow',
  zh: '数据报来得过快，未能读取',
  en: 'datagrams came faster than they could be recorded',
}
