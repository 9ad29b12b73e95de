import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openAuthority } from '../authority/index.ts'
import { openDirectory } from '../directory/index.ts'
import { codeAt, type Identity, openIdentity } from '../identity/index.ts'
import { fixedClock, silentLog } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type Ledger, openLedger } from '../ledger/index.ts'
import { openRecordStore } from '../records/index.ts'
import type { DemoPerson } from './demo-people.ts'
import { generateHospital, loadDemonstration, parameters } from './index.ts'

const clock = fixedClock(Date.parse('2026-11-22T10:00:00+08:00'))
const patients = 240
let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
let identity: Identity
let dataDir: string
const options = () => ({ database: at.database, identity, ledger, clock, dataDir, patients })

before(async () => {
  at = await openTestDatabase()
  dataDir = await mkdtemp(join(tmpdir(), 'chartward-demonstration-'))
  ledger = await openLedger({ database: at.database, log: silentLog, clock })
  const directory = openDirectory({ database: at.database, ledger, clock })
  identity = await openIdentity({
    database: at.database,
    directory,
    ledger,
    clock,
    dataDir,
    publicUrl: 'http://127.0.0.1:8710',
    demonstration: true,
  })
})
after(async () => {
  await ledger.close()
  await at.drop()
  await rm(dataDir, { recursive: true, force: true })
})

const count = async (table: string): Promise<number> => {
  const [row] = await at.database.query<{ count: number }>(`select count(*)::int as count from ${table}`)
  return row!.count
}

test('an interrupted load leaves whole parts, and the next start loads the rest and nothing twice', async () => {
  class Interruption extends Error {}
  const interrupted = loadDemonstration({
    ...options(),
    onProgress: (done) => {
      if (done >= 100) throw new Interruption()
    },
  })
  await assert.rejects(interrupted, Interruption)
  const marked = await at.database.query<{ records: number }>('select records from demonstration_part')
  const partial = await count('resource_version')
  assert.ok(marked.length > 0)
  assert.equal(
    partial,
    marked.reduce((sum, part) => sum + part.records, 0),
  )

  // Hours later, and asked for another size: the hospital that was begun is finished.
  clock.advance(30 * 3_600_000)
  const endsAt = clock.now() - 30 * 3_600_000
  const report = await loadDemonstration({ ...options(), patients: 500 })
  const expected = [...generateHospital(parameters, { patients, endsAt }).records()]
  assert.equal(report.records, expected.length - partial)
  assert.equal(await count('resource_version'), expected.length)
  const ids = new Set(expected.map((record) => `${record.resourceType}/${record.id}`))
  assert.equal(await count('resource'), ids.size)
})

test('another start loads nothing', async () => {
  const [people, versions] = [
    await readFile(join(dataDir, 'demo-people.json'), 'utf8'),
    await count('resource_version'),
  ]
  assert.deepEqual(await loadDemonstration(options()), { records: 0, patients })
  assert.equal(await readFile(join(dataDir, 'demo-people.json'), 'utf8'), people)
  assert.equal(await count('resource_version'), versions)
})

test('the current record is the last version, and earlier ones stand in its history', async () => {
  const rows = await at.database.query<{ versions: number; version: number; same: boolean }>(`
    select max(v.version) as versions, r.version,
      bool_or(v.version = r.version and v.content = r.content) as same
    from resource r join resource_version v using (type, id) where r.type = 'Composition'
    group by r.id, r.version having count(*) > 1`)
  assert.ok(rows.length > 0)
  for (const row of rows) assert.ok(row.version === row.versions && row.same)
})

test('notes of psychiatry carry the kind of their department', async () => {
  const rows = await at.database.query<{ kinds: string[] }>(
    `select kinds from resource where type = 'Composition' and department_id = 'dept-psychiatry'`,
  )
  assert.ok(rows.length > 0)
  for (const row of rows) assert.ok(row.kinds.includes('PSY'))
})

test('the demonstration people can sign in, and their file is for its owner alone', async () => {
  const file = join(dataDir, 'demo-people.json')
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  const { people } = JSON.parse(await readFile(file, 'utf8')) as { people: DemoPerson[] }
  assert.ok(people.length >= 10)
  assert.equal(new Set(people.map((person) => person.id)).size, people.length)
  const terminal = { address: '127.0.0.1' }
  for (const person of people) {
    const first = await identity.signInWithPassword({ username: person.username, password: person.password, terminal })
    assert.ok('ticket' in first, `${person.username}: ${JSON.stringify(first)}`)
    const code = codeAt(person.totpSeed, clock.now())
    const second = await identity.signInWithCode({ ticket: first.ticket, code, terminal })
    assert.ok('session' in second, `${person.username}: ${JSON.stringify(second)}`)
  }
})

test('each of them has what their line promises', async () => {
  const { people } = JSON.parse(await readFile(join(dataDir, 'demo-people.json'), 'utf8')) as { people: DemoPerson[] }
  const id = (username: string) => people.find((person) => person.username === username)!.id
  const now = clock.now() / 1000
  const holds = async (text: string, values: readonly unknown[]) => (await at.database.query(text, values)).length > 0
  for (const person of people) {
    const living =
      'select from post where person_id = $1 and role = $2 and valid_from <= to_timestamp($3) and valid_until > to_timestamp($3)'
    assert.ok(
      await holds(living, [person.id, person.role, now]),
      `${person.username} holds no living post ${person.role}`,
    )
  }
  assert.ok(
    await holds(`select from care_relation where person_id = $1 and kind = 'attending' and valid_until is null`, [
      id('doctor'),
    ]),
  )
  assert.ok(
    await holds(
      'select from rotation o join rotation_case c on c.rotation_id = o.id where o.person_id = $1 and o.valid_until > to_timestamp($2)',
      [id('trainee'), now],
    ),
  )
  assert.ok(
    await holds('select from service_ticket where person_id = $1 and valid_until > to_timestamp($2)', [
      id('vendor'),
      now,
    ]),
  )
  assert.ok(
    await holds(`select from roster where person_id = $1 and kind = 'on-call' and valid_until > to_timestamp($2)`, [
      id('oncall'),
      now,
    ]),
  )
})

test('where the people’s file was lost, new secrets are given and the old ones end', async () => {
  const file = join(dataDir, 'demo-people.json')
  const before = JSON.parse(await readFile(file, 'utf8')) as { people: DemoPerson[] }
  await unlink(file)
  assert.deepEqual(await loadDemonstration(options()), { records: 0, patients })
  const [old] = before.people
  const refused = await identity.signInWithPassword({
    username: old!.username,
    password: old!.password,
    terminal: { address: '127.0.0.2' },
  })
  assert.ok(!('ticket' in refused))
})

test('authority finds in it what each role lives by', async () => {
  const directory = openDirectory({ database: at.database, ledger, clock })
  const authority = await openAuthority({ database: at.database, directory, ledger, clock })
  const { people } = JSON.parse(await readFile(join(dataDir, 'demo-people.json'), 'utf8')) as { people: DemoPerson[] }
  const records = openRecordStore({ database: at.database, ledger, clock })
  const decide = async (username: string, type: string, id: string) => {
    const record = await records.describe(type, id)
    assert.ok(record && record !== 'deleted', `${type}/${id}`)
    const person = people.find((one) => one.username === username)!.id
    const caller = {
      person,
      session: 's',
      assurance: 3,
      methods: ['pwd', 'otp'],
      terminal: { address: '127.0.0.1' },
    } as const
    const decision = await authority.decide({ caller, action: 'view', record, at: clock.now() })
    return decision.effect === 'permit' ? 'permit' : decision.code
  }
  const one = async (text: string, values: readonly unknown[] = []): Promise<string> => {
    const [row] = await at.database.query<{ id: string }>(text, values)
    assert.ok(row, text)
    return row.id
  }
  const inWard = (ward: string) =>
    one(
      `select r.id from patient_stay s join resource r on r.patient_id = s.patient_id and r.type = 'DiagnosticReport' and r.sensitivity < 4
         where s.department_id = $1 and s.valid_until is null order by r.id limit 1`,
      [ward],
    )
  assert.equal(await decide('nurse', 'DiagnosticReport', await inWard('ward-cardiology-1')), 'permit')
  assert.equal(await decide('nurse', 'DiagnosticReport', await inWard('ward-orthopaedics-1')), 'no-care-relation')
  const own = await one(
    `select patient_id as id from care_relation where person_id = $1 and kind = 'attending' and valid_until is null limit 1`,
    [people.find((person) => person.username === 'doctor')!.id],
  )
  const note = (patient: string) =>
    one(`select id from resource where type = 'Composition' and patient_id = $1 and sensitivity < 4 limit 1`, [patient])
  assert.equal(await decide('doctor', 'Composition', await note(own)), 'permit')
  const bound = await one(
    `select r.id from rotation_case c join rotation o on o.id = c.rotation_id
       join resource r on r.patient_id = c.patient_id and r.department_id = o.department_id
     where o.person_id = $1 and r.type = 'DiagnosticReport' and r.sensitivity < 3 order by r.id limit 1`,
    [people.find((person) => person.username === 'trainee')!.id],
  )
  assert.equal(await decide('trainee', 'DiagnosticReport', bound), 'permit')
  assert.notEqual(await decide('trainee', 'Composition', await note(own)), 'permit')
  const study = await one(`select id from resource where type = 'ImagingStudy' and sensitivity < 3 limit 1`)
  assert.equal(await decide('vendor', 'ImagingStudy', study), 'permit')
  assert.notEqual(await decide('vendor', 'Composition', await note(own)), 'permit')
})
