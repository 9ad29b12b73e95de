import { traceWords } from '../access/index.ts'
import { refusalSentences } from '../authority/index.ts'
import { type TraceTerms, traceTermsSchema } from '../contract/index.ts'
import { type Caller, InvalidInput, type PurposeOfUse } from '../kernel/index.ts'
import type { OutputFormat } from './trace-output.ts'
import { say } from './words.ts'

export type TraceFlags = TraceTerms & {
  readonly as: string
  readonly for?: PurposeOfUse
  readonly receipt?: string
  readonly count: string
  readonly before?: string
  readonly format: OutputFormat
  readonly export?: string
  readonly reason?: string
  readonly text?: string
}

export const filterFlags: readonly (readonly [flag: string, filter: keyof TraceTerms])[] = [
  ['--patient <id>', 'patient'],
  ['--person <id>', 'person'],
  ['--on-behalf-of <id>', 'onBehalfOf'],
  ['--department <id>', 'department'],
  ['--terminal <address or device>', 'terminal'],
  ['--application <id>', 'application'],
  ['--session <id>', 'session'],
  ['--kind <kind>', 'kind'],
  ['--action <action>', 'action'],
  ['--purpose <code>', 'purpose'],
  ['--record <type or type/id>', 'record'],
  ['--request-id <id>', 'requestId'],
  ['--outcome <0|4|8|12>', 'outcome'],
  ['--from <day or time>', 'from'],
  ['--to <day or time>', 'to'],
]

export function useOf(caller: Caller, flags: TraceFlags) {
  return {
    caller,
    channel: 'cli' as const,
    requestId: `cli-${process.pid}-${Date.now().toString(36)}`,
    ...(flags.for && { purpose: flags.for }),
  }
}

export function termsOf(flags: TraceFlags): TraceTerms {
  const { receipt } = flags
  const terms = Object.fromEntries(
    filterFlags.flatMap(([, filter]) => (flags[filter] === undefined ? [] : [[filter, flags[filter]]])),
  )
  return parsed(traceTermsSchema, {
    ...terms,
    ...(receipt !== undefined && (/^\d+$/.test(receipt) ? { sequence: receipt } : { spoolReceipt: receipt })),
  })
}

export function parsed<Output>(
  schema: {
    safeParse(value: unknown):
      | { success: true; data: Output }
      | {
          success: false
          error: { issues: readonly { path: readonly PropertyKey[]; code?: string; message: string }[] }
        }
  },
  value: unknown,
): Output {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new InvalidInput(
    result.error.issues.map(({ path, code = 'invalid', message }) => ({
      field: `--${path.join('.')}`,
      rule: code,
      zh: `不合规：${message}`,
      en: message,
    })),
  )
}

/** What, why; its receipt; and the exit code of a refusal. */
export function tellRefusal({
  decision,
  receipt,
}: {
  readonly decision: { readonly code: keyof typeof refusalSentences }
  readonly receipt: { readonly sequence: number }
}): number {
  const { zh, en } = refusalSentences[decision.code]
  const [what, whatEn] = traceWords.refusalWords[decision.code] ?? ['不予放行', 'Refused']
  console.error(say(`不予放行：${what}。${zh}`, `Refused: ${whatEn}. ${en}`))
  console.error(say(`拒绝已留痕，回执 ${receipt.sequence}`, `the refusal is traced: receipt ${receipt.sequence}`))
  return 2
}
