/** A syslog message, RFC 5424 §6, as far as audit messages need it. */
export interface SyslogMessage {
  /** Facility × 8 + severity. */
  readonly priority: number
  /** RFC 3339; absent for NILVALUE. */
  readonly timestamp?: string
  readonly hostname?: string
  readonly appName?: string
  readonly processId?: string
  readonly messageId?: string
  /** UTF-8 without its byte order mark. */
  readonly text: string
}

/** Which part of the header breaks RFC 5424. */
export type SyslogFault =
  | 'PRI'
  | 'VERSION'
  | 'TIMESTAMP'
  | 'HOSTNAME'
  | 'APP-NAME'
  | 'PROCID'
  | 'MSGID'
  | 'STRUCTURED-DATA'
  | 'MSG'

/** Facility 10 (security and authorization); severity 5 (notice), or 4 (warning) for what did not succeed: 85, 84. */
export const auditPriority = (outcome: string): number => 10 * 8 + (outcome === '0' ? 5 : 4)

const utf8 = new TextDecoder('utf-8', { fatal: true })
const timestampPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$/

/** Reads a message; the sender controls every byte of it. */
export function readSyslog(bytes: Uint8Array): SyslogMessage | { readonly fault: SyslogFault } {
  let whole: string
  try {
    whole = utf8.decode(bytes)
  } catch {
    return { fault: 'MSG' }
  }
  const start = /^<(0|[1-9]\d{0,2})>(\S{1,4}) /.exec(whole.slice(0, 16))
  if (!start || Number(start[1]) > 191) return { fault: 'PRI' }
  if (start[2] !== '1') return { fault: 'VERSION' }

  let rest = whole.slice(start[0].length)
  const fields: (string | undefined)[] = []
  for (const [name, maxLength] of headerFields) {
    const field = /^[\x21-\x7e]+/.exec(rest.slice(0, maxLength + 1))?.[0]
    if (field === undefined || field.length > maxLength || rest[field.length] !== ' ') return { fault: name }
    fields.push(field === '-' ? undefined : field)
    rest = rest.slice(field.length + 1)
  }
  const [timestamp, hostname, appName, processId, messageId] = fields
  if (timestamp !== undefined && !timestampPattern.test(timestamp)) return { fault: 'TIMESTAMP' }
  const text = afterStructuredData(rest)
  if (text === undefined) return { fault: 'STRUCTURED-DATA' }
  return {
    priority: Number(start[1]),
    ...(timestamp !== undefined && { timestamp }),
    ...(hostname !== undefined && { hostname }),
    ...(appName !== undefined && { appName }),
    ...(processId !== undefined && { processId }),
    ...(messageId !== undefined && { messageId }),
    text: text.replace(/^\ufeff/, ''),
  }
}

/** Longest lengths, RFC 5424 §6.2. */
const headerFields = [
  ['TIMESTAMP', 32],
  ['HOSTNAME', 255],
  ['APP-NAME', 48],
  ['PROCID', 128],
  ['MSGID', 32],
] as const

const structuredData = /^(?:-|(?:\[[!#-<>-\\^-~]{1,32}(?: [!#-<>-\\^-~]{1,32}="(?:[^"\\\]]|\\.)*")*\])+)(?: |$)/s

function afterStructuredData(rest: string): string | undefined {
  const found = structuredData.exec(rest)
  return found ? rest.slice(found[0].length) : undefined
}

/** Writes a message; what a header field cannot hold becomes `_`. The text is preceded by its byte order mark. */
export function writeSyslog(message: SyslogMessage, options: { readonly mark: boolean } = { mark: true }): Buffer {
  const { priority, timestamp, hostname, appName, processId, messageId, text } = message
  const field = (value: string | undefined, maxLength: number) =>
    value === undefined || value === '' ? '-' : value.replace(/[^\x21-\x7e]/g, '_').slice(0, maxLength)
  const header = `<${priority}>1 ${field(timestamp, 32)} ${field(hostname, 255)} ${field(appName, 48)} ${field(processId, 128)} ${field(messageId, 32)} - `
  return Buffer.from(`${header}${options.mark ? '\ufeff' : ''}${text}`)
}
