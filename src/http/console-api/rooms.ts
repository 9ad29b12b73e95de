import { draftOf } from '../../access/index.ts'
import type { Session } from '../../contract/index.ts'
import type { Role } from '../../directory/index.ts'
import type { Caller } from '../../kernel/index.ts'
import type { ConsoleDesk } from './desk.ts'
import { RefusedRequest } from './refusal.ts'

type Room = Session['rooms'][number]

const clinical: readonly Role[] = ['physician', 'nurse', 'technician', 'pharmacist', 'trainee']
const finders: readonly Role[] = [
  ...clinical,
  'record-room',
  'medical-affairs',
  'quality-control',
  'insurance',
  'vendor-engineer',
]
const tracers: readonly Role[] = [
  'discipline-inspector',
  'audit-admin',
  'security-admin',
  'medical-affairs',
  'department-head',
]
const keepers: readonly Role[] = [...tracers, 'system-admin', 'education-office']

/** What of the console a person is shown, by living roles. What it then lets them do is decided at each use. */
export function roomsOf(roles: readonly Role[]): Room[] {
  const any = (some: readonly Role[]) => roles.some((role) => some.includes(role))
  return [
    ...(any(clinical) ? (['today'] as const) : []),
    ...(any(finders) ? (['patients'] as const) : []),
    'my-uses',
    ...(any(tracers) ? (['trace'] as const) : []),
    ...(any(keepers) ? (['people'] as const) : []),
    'policies',
    ...(any(['audit-admin', 'system-admin']) ? (['flows'] as const) : []),
  ]
}

/** Refuses, with a trace, whoever has no business in a room of the console. */
export async function requireRoom(desk: ConsoleDesk, caller: Caller, room: Room): Promise<void> {
  const about = {
    type: 'Practitioner',
    id: room,
    label: { category: 'directory' as const, sensitivity: 1 as const, kinds: [] },
  }
  const decision = await desk.authority.decide({ caller, action: 'list', record: about, at: desk.clock.now() })
  if (roomsOf(decision.roles as readonly Role[]).includes(room)) return
  const denied = { ...decision, effect: 'deny' as const, code: 'default-deny' as const }
  const use = { caller, channel: 'console' as const, requestId: caller.session }
  const [receipt] = await desk.ledger.record([{ ...draftOf('refusal', 'list', use, denied), detail: { room } }])
  throw new RefusedRequest(denied, receipt!)
}
