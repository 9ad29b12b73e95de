import { setTimeout as pause } from 'node:timers/promises'
import type { InputIssue, Log } from '../kernel/index.ts'
import type { AuditSource } from './audit-source.ts'
import { refusedEvent } from './foreign-event.ts'
import { readDicomEvent } from './read-dicom-event.ts'
import type { AuditIntake, ReceivedMessage } from './receive.ts'
import type { SyslogFrame } from './syslog-frames.ts'
import { readSyslog } from './syslog-message.ts'

export interface SyslogSender {
  readonly source: AuditSource
  readonly address: string
  readonly transport: 'tls' | 'tcp' | 'udp'
}

const retryMs = [200, 1_000, 5_000] as const

/**
 * Takes in what one sender sent. Syslog has no answer, so a failure here is tried again until it succeeds: meanwhile
 * nothing more is read from the connection, and the sender waits.
 * @param signal set when the listener closes: then what is not recorded yet is given up.
 */
export async function takeFrames(
  frames: readonly SyslogFrame[],
  sender: SyslogSender,
  desk: { readonly intake: AuditIntake; readonly log: Log; readonly signal: AbortSignal },
): Promise<void> {
  const messages = frames.flatMap((frame) => (frame.kind === 'message' ? [receivedFrom(frame.bytes, sender)] : []))
  const unreadable = frames.flatMap((frame) => (frame.kind === 'message' ? [] : [issueOf(frame)]))
  for (let attempt = 0; !desk.signal.aborted; attempt++) {
    try {
      await desk.intake.receive(messages)
      for (const issue of unreadable) {
        await desk.intake.refuse({ ...refusalOf(sender), issues: [issue] })
      }
      return
    } catch (err) {
      desk.log.error({ err, source: sender.source.id, messages: messages.length }, 'audit messages not recorded yet')
      await pause(retryMs[Math.min(attempt, 2)], undefined, { signal: desk.signal }).catch(() => {})
    }
  }
}

export const refusalOf = ({ source, address, transport }: SyslogSender) =>
  ({ source: source.id, address, transport, format: 'dicom' }) as const

/** The original is the audit message: the same one in a new syslog envelope is a repetition. */
function receivedFrom(bytes: Buffer, sender: SyslogSender): ReceivedMessage {
  const message = readSyslog(bytes)
  const common = { ...sender, format: 'dicom' } as const
  if ('fault' in message) {
    const read = refusedEvent(
      `syslog.${message.fault}`,
      'rfc5424',
      '不是合规的 RFC 5424 报文',
      'not a message after RFC 5424',
    )
    return { ...common, original: bytes, read }
  }
  return { ...common, original: message.text, read: readDicomEvent(message.text) }
}

function issueOf(frame: Exclude<SyslogFrame, { kind: 'message' }>): InputIssue {
  if (frame.kind === 'too-long') {
    return {
      field: 'syslog',
      rule: 'max-length',
      zh: '报文过长，未读取',
      en: 'the message is longer than is taken, and was not read',
    }
  }
  return {
    field: 'syslog',
    rule: 'octet-counting',
    zh: '没有按字节数分帧（RFC 5425）',
    en: 'not framed by octet counting (RFC 5425)',
  }
}
