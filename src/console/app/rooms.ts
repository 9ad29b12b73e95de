import type { Session } from '../../contract/index.ts'

export type Room = Exclude<Session['rooms'][number], 'security'>

/** Where each room is, and the letter after `g` that goes there. At most seven for anyone. */
export const rooms: readonly { readonly room: Room; readonly path: string; readonly letter: string }[] = [
  { room: 'today', path: '/today', letter: 't' },
  { room: 'patients', path: '/patients', letter: 'p' },
  { room: 'my-uses', path: '/my-uses', letter: 'm' },
  { room: 'trace', path: '/trace', letter: 'r' },
  { room: 'people', path: '/people', letter: 'e' },
  { room: 'policies', path: '/policies', letter: 'l' },
  { room: 'flows', path: '/flows', letter: 'f' },
]

export const roomsOf = (session: Session) => rooms.filter(({ room }) => session.rooms.includes(room))

/** The one place that knows addresses of things. */
export const pathTo = {
  patient: (id: string) => `/patients/${encodeURIComponent(id)}`,
  patientUses: (id: string) => `/patients/${encodeURIComponent(id)}/uses`,
  person: (id: string) => `/people/${encodeURIComponent(id)}`,
  entry: (sequence: number) => `/trace?entry=${sequence}`,
}
