import type { UseContext } from '../../access/index.ts'
import { InvalidInput, type PurposeOfUse, purposes } from '../../kernel/index.ts'
import type { ApiCall } from '../api-route.ts'

/** The use that a call of the console API is. Purpose, where the person stated one, comes in the header `Purpose-Of-Use`. */
export function contextOf(call: ApiCall<unknown, unknown, unknown>, stated?: string): UseContext {
  const purpose = stated ?? header(call)
  return {
    caller: call.caller,
    channel: 'console',
    ...(purpose !== undefined && { purpose: purposeOf(purpose) }),
    requestId: call.requestId,
  }
}

function header(call: ApiCall<unknown, unknown, unknown>): string | undefined {
  const value = call.reply.request.headers['purpose-of-use']
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function purposeOf(text: string): PurposeOfUse {
  const known = purposes.find((purpose) => purpose === text)
  if (known) return known
  throw new InvalidInput([
    {
      field: 'Purpose-Of-Use',
      rule: 'enum',
      zh: `没有这种使用目的；可用：${purposes.join('、')}`,
      en: `no such purpose of use; there are: ${purposes.join(', ')}`,
    },
  ])
}
