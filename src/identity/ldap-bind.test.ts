import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { nurse } from '../directory/test-hospital.ts'
import type { Identity } from './identity.ts'
import { defaultIdentityConfiguration, type LdapConfiguration } from './identity-configuration.ts'
import { proveByLdap } from './ldap-bind.ts'
import { openSampleDoor, password, terminal, told } from './test-door.ts'

// Debian's slapd stands for the hospital's directory. As root it is installed where that is possible.
const skip = slapdIsHere()
  ? false
  : 'no /usr/sbin/slapd, and it could not be installed (needs root and Debian packages)'

function slapdIsHere(): boolean {
  if (existsSync('/usr/sbin/slapd')) return true
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false
  try {
    // RUNLEVEL=1 keeps invoke-rc.d from starting the package's own server.
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
    execFileSync('/usr/bin/apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'slapd'], {
      env,
      stdio: 'ignore',
      timeout: 120_000,
    })
    return existsSync('/usr/sbin/slapd')
  } catch {
    return false
  }
}

const bindPassword = 'reader-of-people'
let folder: string
let slapd: ChildProcess | undefined
let configuration: LdapConfiguration
let door: Awaited<ReturnType<typeof openSampleDoor>>
let identity: Identity

before(async () => {
  if (skip) return
  folder = await mkdtemp(join(tmpdir(), 'chartward-slapd-'))
  await mkdir(join(folder, 'data'))
  await writeFile(join(folder, 'slapd.conf'), configurationFile(folder))
  await writeFile(join(folder, 'people.ldif'), people)
  execFileSync('/usr/sbin/slapadd', ['-f', join(folder, 'slapd.conf'), '-l', join(folder, 'people.ldif')])
  const port = await freePort()
  slapd = spawn('/usr/sbin/slapd', ['-d', '0', '-f', join(folder, 'slapd.conf'), '-h', `ldap://127.0.0.1:${port}`], {
    stdio: 'ignore',
  })
  await answers(port)
  configuration = {
    url: `ldap://127.0.0.1:${port}`,
    startTls: false,
    bindDn: 'cn=reader,dc=hospital',
    bindPassword,
    baseDn: 'ou=people,dc=hospital',
    userAttribute: 'uid',
    staffNumberAttribute: 'employeeNumber',
  }
  door = await openSampleDoor()
  await door.database.query('update account set password = null where person_id = $1', [nurse])
  identity = await door.open({ configuration: { ...defaultIdentityConfiguration, ldap: configuration } })
})
after(async () => {
  if (skip) return
  slapd?.kill()
  await door.close()
  await rm(folder, { recursive: true, force: true })
})

test('the right password proves a staff number', { skip }, async () => {
  assert.equal(await proveByLdap(configuration, 'lisi', 'nurse-in-ldap'), '2001')
})

const wrong: readonly [string, string, string][] = [
  ['a wrong password', 'lisi', 'wrong'],
  ['an empty password, which LDAP binds without asking', 'lisi', ''],
  ['a name that is not there', 'nobody', 'nurse-in-ldap'],
  ['a wildcard for a name', '*', 'nurse-in-ldap'],
  ['half a name and a wildcard', 'lis*', 'nurse-in-ldap'],
  ['a filter for a name', 'lisi)(uid=*', 'nurse-in-ldap'],
  ['a filter that is always true', '*)(|(objectClass=*', 'nurse-in-ldap'],
  ['two people of one name', 'twin', 'twin-in-ldap'],
  ['a person without a staff number', 'guest', 'guest-in-ldap'],
]
for (const [fact, username, given] of wrong) {
  test(`refused: ${fact}`, { skip }, async () => {
    assert.equal(await proveByLdap(configuration, username, given), undefined)
  })
}

test('our own account refused, StartTLS refused, and nobody there are failures', { skip }, async () => {
  const failing: Partial<LdapConfiguration>[] = [
    { bindPassword: 'wrong' },
    { startTls: true },
    { url: 'ldap://127.0.0.1:9' },
  ]
  for (const change of failing) {
    await assert.rejects(proveByLdap({ ...configuration, ...change }, 'lisi', 'nurse-in-ldap'), {
      code: 'ldap-unavailable',
    })
  }
})

test('people sign in by the directory; an account with a password of its own does not ask it', { skip }, async () => {
  const signIn = (username: string, secret: string) =>
    identity.signInWithPassword({ username, password: secret, terminal })
  assert.equal(told(await signIn('lisi', 'nurse-in-ldap')), 'signed-in')
  assert.equal(told(await signIn('lisi', password)), 'wrong-credentials')
  assert.equal(told(await signIn('zhangsf', 'doctor-in-ldap')), 'wrong-credentials')
  assert.equal(told(await signIn('zhangsf', password)), 'code-needed')
})

test('whom the directory knows and we do not is not made up', { skip }, async () => {
  const result = await identity.signInWithPassword({ username: 'foreign', password: 'foreign-in-ldap', terminal })
  assert.equal(told(result), 'wrong-credentials')
  assert.equal(((await door.lastEntries(1))[0]?.detail as { reason: string }).reason, 'unknown-person')
})

const configurationFile = (at: string) => `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile ${at}/slapd.pid
database mdb
suffix "dc=hospital"
rootdn "cn=reader,dc=hospital"
rootpw ${bindPassword}
directory ${at}/data
`

const person = (rdn: string, uid: string, secret: string, number?: string) => `
dn: ${rdn},ou=people,dc=hospital
objectClass: inetOrgPerson
cn: ${uid}
sn: ${uid}
uid: ${uid}
userPassword: ${secret}
${number === undefined ? '' : `employeeNumber: ${number}\n`}`

const people = `dn: dc=hospital
objectClass: dcObject
objectClass: organization
dc: hospital
o: hospital

dn: ou=people,dc=hospital
objectClass: organizationalUnit
ou: people
${person('uid=lisi', 'lisi', 'nurse-in-ldap', '2001')}${person('uid=zhangsf', 'zhangsf', 'doctor-in-ldap', '1001')}${person('uid=foreign', 'foreign', 'foreign-in-ldap', '9999')}${person('uid=guest', 'guest', 'guest-in-ldap')}${person('employeeNumber=71', 'twin', 'twin-in-ldap', '71')}${person('employeeNumber=72', 'twin', 'twin-in-ldap', '72')}`

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}

async function answers(port: number): Promise<void> {
  for (let i = 0; i < 100; i++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
      socket.on('connect', () => socket.end())
    })
    if (open) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('slapd does not answer')
}
