import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Directory, loadDirectory, openDirectory } from '../directory/index.ts'
import { nurse, physician, sampleHospital, t } from '../directory/test-hospital.ts'
import { type Caller, fixedClock, type Terminal } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type Ledger, openLedger } from '../ledger/index.ts'
import type { IdentifyRequest } from './identify.ts'
import { type Identity, type IdentityOptions, openIdentity } from './identity.ts'
import { codeAt } from './one-time-code.ts'
import type { SignInResult } from './sign-in.ts'

/** For tests only: the sample hospital with a door, a physician with two factors and a nurse with a password. */
export const publicUrl = 'https://chartward.example.org'
export const terminal: Terminal = { address: '10.0.0.7', device: 'abcdefghijklmnop' }
export const password = 'correct horse battery'
export const seed = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'

export async function openSampleDoor(options: Partial<IdentityOptions> = {}) {
  const at = await openTestDatabase()
  const clock = fixedClock(t(20))
  await at.database.transaction((tx) => loadDirectory(tx, sampleHospital))
  const ledger: Ledger = await openLedger({ database: at.database, clock })
  const directory: Directory = openDirectory({ database: at.database, ledger, clock })
  const dataDir = await mkdtemp(join(tmpdir(), 'chartward-identity-'))
  const open = (more: Partial<IdentityOptions> = {}): Promise<Identity> =>
    openIdentity({ database: at.database, directory, ledger, clock, dataDir, publicUrl, ...options, ...more })
  const identity = await open()
  await identity.enrol({ person: physician, username: 'zhangsf', password, totpSecret: seed })
  await identity.enrol({ person: nurse, username: 'lisi', password })

  return {
    ...at,
    clock,
    ledger,
    directory,
    dataDir,
    identity,
    open,
    code: () => codeAt(seed, clock.now()),
    /** Both factors, half a minute later than any code used before. */
    async signIn(who: Identity = identity): Promise<{ secret: string; csrfToken: string }> {
      clock.advance(30_000)
      const first = await who.signInWithPassword({ username: 'zhangsf', password, terminal })
      if (first.outcome !== 'code-needed') throw new Error(`the first factor answered ${JSON.stringify(first)}`)
      const second = await who.signInWithCode({ ticket: first.ticket, code: codeAt(seed, clock.now()), terminal })
      if (second.outcome !== 'signed-in') throw new Error(`the second factor answered ${JSON.stringify(second)}`)
      return second.session
    },
    /** What the journal says of the last entries, newest last. */
    async lastEntries(count: number): Promise<readonly Record<string, unknown>[]> {
      const rows = await at.database.query<{ body: string }>(
        'select body from ledger_entry order by sequence desc limit $1',
        [count],
      )
      return rows.map((row) => JSON.parse(row.body)).reverse()
    },
    async close() {
      await ledger.close()
      await at.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export function withCookie(secret: string, more: Partial<IdentifyRequest> = {}): IdentifyRequest {
  const cookies = { '__Host-chartward': secret, 'chartward-device': terminal.device }
  return { method: 'GET', headers: {}, cookies, remoteAddress: terminal.address, ...more }
}

export function withBearer(token: string): IdentifyRequest {
  return {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    cookies: {},
    remoteAddress: terminal.address,
  }
}

/** `code-needed`, `signed-in`, or why not. */
export const told = (result: SignInResult | { outcome: string; code?: string }): string =>
  'code' in result && result.code !== undefined ? result.code : result.outcome

export const isCaller = (found: Caller | { outcome: string }): found is Caller => !('outcome' in found)
