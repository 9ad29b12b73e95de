import type { Entry } from '../ledger/index.ts'
import type { AuditDestination } from './audit-destination.ts'
import type { AuditEvent } from './audit-event.ts'
import { type AuditContext, auditEventOf } from './audit-event-of.ts'
import { auditMessageOf } from './audit-message.ts'
import { cefOf } from './cef.ts'
import { auditPriority, writeSyslog } from './syslog-message.ts'

/** One entry in the form its destination takes: a syslog message, or a resource in JSON. */
export function outgoingMessage(entry: Entry, context: AuditContext, send: AuditDestination['send']): Buffer {
  const event = auditEventOf(entry, context)
  const whole = written(event, entry, send)
  if (send.as === 'fhir' || send.to.over !== 'udp' || whole.length <= longestDatagram) return whole
  return written(withoutLists(event), entry, send)
}

/** An IPv4 datagram carries 65,507 octets; what does not fit would stop the outbox for good. */
const longestDatagram = 60_000

/** Who, whom, what, when and the proof; lists of what was shown and the text of a query are found by the receipt. */
function withoutLists(event: AuditEvent): AuditEvent {
  const entity = event.entity.map(({ query, detail = [], ...rest }) => {
    const short = detail.filter(({ type, valueString }) => type !== 'record' && valueString.length <= 256)
    return {
      ...rest,
      ...(query !== undefined && { name: 'query' }),
      ...(short.length > 0 && { detail: short }),
    }
  })
  return { ...event, entity }
}

function written(event: AuditEvent, entry: Entry, send: AuditDestination['send']): Buffer {
  switch (send.as) {
    case 'fhir':
      return Buffer.from(JSON.stringify(event))
    case 'audit-message': {
      // Gazelle's assertion ITI20-15 and DICOM PS3.15 A.6 each name the dialect in MSGID.
      const messageId = send.dialect === 'dicom' ? 'IHE+DICOM' : 'IHE+RFC-3881'
      return syslog(event, messageId, auditMessageOf(event, send.dialect), true)
    }
    case 'cef':
      return syslog(event, entry.kind, cefOf(event), false)
  }
}

function syslog(event: AuditEvent, messageId: string, text: string, mark: boolean): Buffer {
  return writeSyslog(
    {
      priority: auditPriority(event.outcome),
      timestamp: event.recorded,
      hostname: event.source.site,
      appName: 'chartward',
      processId: event.id,
      messageId,
      text,
    },
    { mark },
  )
}
