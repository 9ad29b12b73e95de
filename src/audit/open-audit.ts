import { type Clock, type Database, type Log, openClosing } from '../kernel/index.ts'
import type { Ledger, Trace } from '../ledger/index.ts'
import type { AuditConfiguration } from './audit-configuration.ts'
import type { AuditContext } from './audit-event-of.ts'
import { type Outbox, startOutbox } from './outbox.ts'
import type { DestinationState } from './outbox-position.ts'
import { type AuditIntake, openAuditIntake } from './receive.ts'
import { openSyslogListener, type SyslogListener } from './syslog-listener.ts'

export interface AuditOptions {
  readonly database: Database
  readonly ledger: Ledger
  readonly trace: Pick<Trace, 'entriesAt'>
  readonly clock: Clock
  readonly log: Log
  readonly configuration: AuditConfiguration
  readonly context: Pick<AuditContext, 'origin' | 'publicUrl'>
}

/** Others' trails come in, and ours go out. */
export interface Audit {
  readonly intake: AuditIntake
  readonly context: AuditOptions['context']
  readonly configuration: AuditConfiguration
  /** Begins to listen and to send: a server does, a tool of the command line does not. */
  start(): Promise<{ readonly ports: SyslogListener['ports'] }>
  destinations(): Promise<readonly DestinationState[]>
  close(): Promise<void>
}

export function openAudit(options: AuditOptions): Audit {
  const { configuration, context } = options
  const closing = openClosing()
  const intake = openAuditIntake({ ...options, sources: configuration.sources })
  closing.add(() => intake.close())
  let outbox: Outbox | undefined
  return {
    intake,
    context,
    configuration,
    async start() {
      const listener = await openSyslogListener({ intake, log: options.log })
      closing.add(() => listener.close())
      if (configuration.destinations.length > 0) {
        outbox = startOutbox({ ...options, destinations: configuration.destinations })
        closing.add(() => outbox!.close())
      }
      return { ports: listener.ports }
    },
    destinations: async () => (outbox ? outbox.state() : []),
    close: () => closing.run(),
  }
}
