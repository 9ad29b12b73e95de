import { hostname, userInfo } from 'node:os'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { readDemoPeople } from '../demonstration/index.ts'
import { IdentityFailure, sessionCookieName } from '../identity/index.ts'
import { type Caller, InvalidInput, type PersonId } from '../kernel/index.ts'
import type { Rooms } from '../rooms.ts'
import { say } from './words.ts'

/** Who stands at this terminal, and how they leave it again. */
export interface TerminalPerson {
  readonly caller: Caller
  leave(): Promise<void>
}

/**
 * Whoever has a shell on the server is nobody yet: a person signs in, with the factors of the account, and stands in the
 * ledger with this machine and its operating-system account as the terminal. A demonstration person needs no secret.
 */
export async function personAtTerminal(rooms: Rooms, username: string): Promise<TerminalPerson> {
  const terminal = { address: 'local', device: `${userInfo().username}@${hostname()}` }
  const found = await identified(rooms, username, terminal)
  if ('outcome' in found) throw new IdentityFailure('identity-unknown', 'nobody was identified')
  const caller: Caller = { ...found, terminal }
  return { caller, leave: () => rooms.identity.signOut(caller) }
}

async function identified(rooms: Rooms, username: string, terminal: Caller['terminal']) {
  const demo = (await readDemoPeople(rooms.configuration.dataDir)).find((one) => one.username === username)
  const request = { method: 'GET', headers: {}, cookies: {}, remoteAddress: terminal.address }
  if (demo) {
    const token = await rooms.identity.issueToken(demo.id as PersonId, { minutes: 60 })
    return rooms.identity.identify({ ...request, headers: { authorization: `Bearer ${token}` } })
  }
  const password = await asked(say(`${username} 的密码：`, `password of ${username}: `))
  let result = await rooms.identity.signInWithPassword({ username, password, terminal })
  if (result.outcome === 'code-needed') {
    const code = await asked(say('动态口令：', 'one-time code: '))
    result = await rooms.identity.signInWithCode({ ticket: result.ticket, code: code.trim(), terminal })
  }
  if (result.outcome !== 'signed-in') {
    throw new InvalidInput([
      {
        field: '--as',
        rule: 'signed-in',
        zh: '未能登录：用户名、密码或口令不正确，或账户已锁定',
        en: 'not signed in: user name, password or code is wrong, or the account is locked',
      },
    ])
  }
  const cookie = { [sessionCookieName(rooms.identity.publicUrl())]: result.session.secret }
  return rooms.identity.identify({ ...request, cookies: cookie })
}

/** What is typed is not shown. Without a terminal it is read from standard input, line by line. */
async function asked(question: string): Promise<string> {
  process.stderr.write(question)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: silent, terminal: process.stdin.isTTY === true })
  try {
    return await lines.question('')
  } finally {
    lines.close()
    process.stderr.write('\n')
  }
}
