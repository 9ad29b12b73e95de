import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { judgeBucket, judgeJournal } from './completeness/judge-uses.ts'
import { openChartward } from './main.ts'
import { openRooms } from './rooms.ts'
import { startDemonstration } from './test-demonstration.ts'

let at: Awaited<ReturnType<typeof startDemonstration>>
let tokens: Record<string, string>
before(async () => {
  at = await startDemonstration()
  const names = ['doctor', 'system', 'inspector', 'trainee', 'vendor', 'nurse']
  tokens = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await at.tokenOf(name)] as const)))
})
after(() => at.close())

async function ask(person: string | undefined, path: string, init: RequestInit = {}) {
  const response = await fetch(at.address + path, {
    ...init,
    headers: {
      ...(person && { authorization: `Bearer ${tokens[person]}` }),
      'content-type': 'application/json',
      ...init.headers,
    },
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) }
}

async function ownPatient(): Promise<string> {
  for (const group of ['attending', 'ward']) {
    const page = (await ask('doctor', `/api/patients/mine?group=${group}`)).json()
    if (page.rows.length > 0) return page.rows[0].id
  }
  throw new Error('the demonstration doctor has no patients')
}

test('the parts it needs answer, and the metrics hold no addresses', async () => {
  assert.equal((await ask(undefined, '/healthz')).status, 200)
  assert.equal((await ask(undefined, '/readyz')).status, 200)
  await ask('doctor', '/fhir/Patient?name=%E7%8E%8B')
  const metrics = await ask(undefined, '/metrics')
  assert.match(metrics.text, /chartward_ledger_entries \d+/)
  assert.ok(!metrics.text.includes('name='))
})

test('nobody gets anything without saying who they are', async () => {
  for (const path of [
    '/fhir/Patient',
    '/api/patients/mine',
    '/api/uses/mine',
    '/api/trace',
    '/api/people',
    '/api/policies',
    '/api/session',
  ]) {
    assert.equal((await ask(undefined, path)).status, 401, path)
  }
  const foreign = await fetch(`${at.address}/fhir/Patient`, { headers: { authorization: `Bearer ${'A'.repeat(43)}` } })
  assert.equal(foreign.status, 401)
})

test('a record leaves with its receipt in the header and in the record, and the ledger holds both entries', async () => {
  const patient = await ownPatient()
  const read = await ask('doctor', `/fhir/Patient/${patient}`)
  assert.equal(read.status, 200)
  const receipt = Number(read.headers.get('chartward-receipt'))
  assert.equal(read.json().meta.tag.at(-1).code, String(receipt))
  const permit = await at.rooms.trace.entryAt(receipt)
  assert.equal(permit?.entry.kind, 'permit')
  assert.equal(permit?.entry.patient, patient)
})

test('the same question gets the same answer from FHIR, AuthZEN and the explanation', async () => {
  const patients = (
    await at.rooms.ground.database.query<{ id: string }>(
      `select id from resource where type = 'Patient' order by id limit 12`,
    )
  ).map((row) => row.id)
  let permitted = 0
  for (const person of ['doctor', 'nurse', 'system', 'trainee', 'vendor']) {
    const { id } = (await at.people).find((one) => one.username === person)!
    for (const patient of [...patients.slice(0, 4), await ownPatient()]) {
      const fhir = (await ask(person, `/fhir/Patient/${patient}`)).status === 200
      const evaluation = await ask(person, '/access/v1/evaluation', {
        method: 'POST',
        body: JSON.stringify({
          subject: { type: 'user', id },
          action: { name: 'view' },
          resource: { type: 'Patient', id: patient },
        }),
      })
      const explained = (await ask(person, `/api/explain?type=Patient&id=${patient}`)).json()
      assert.equal(evaluation.json().decision, fhir, `${person} ${patient}`)
      assert.equal(explained.effect === 'permit', fhir, `${person} ${patient}`)
      if (fhir) permitted += 1
    }
  }
  assert.ok(permitted > 0)
})

test('a patient one does not treat opens only after the reminder is answered, and turning back is in the trace', async () => {
  const own = new Set(
    (
      await at.rooms.authority.relations(at.people.find((one) => one.username === 'doctor')!.id as never, Date.now())
    ).map((one) => one.patient as string),
  )
  const rows = await at.rooms.ground.database.query<{ id: string }>(
    `select id from resource where type = 'Patient' and sensitivity <= 2 order by id`,
  )
  const stranger = rows.find((row) => !own.has(row.id))!.id
  assert.equal((await ask('doctor', `/fhir/Patient/${stranger}`)).status, 403)

  const standing = (await ask('doctor', `/api/patients/${stranger}/standing`)).json()
  assert.equal(standing.standing, 'remind')
  assert.ok(standing.patient.nameIsMasked)
  const back = await ask('doctor', `/api/patients/${stranger}/reminder`, {
    method: 'POST',
    body: JSON.stringify({ choice: 'turn-back' }),
  })
  const turned = await at.rooms.trace.entryAt(back.json().receipt)
  assert.equal(turned?.entry.detail?.choice, 'turn-back')
  assert.equal((await ask('doctor', `/fhir/Patient/${stranger}`)).status, 403)

  const { purpose, reason } = standing.choices.find((choice: { textRequired: boolean }) => !choice.textRequired)
  const proceed = await ask('doctor', `/api/patients/${stranger}/reminder`, {
    method: 'POST',
    body: JSON.stringify({ choice: 'proceed', purpose, reason }),
  })
  assert.equal(proceed.status, 200)
  assert.equal((await ask('doctor', `/fhir/Patient/${stranger}`)).status, 200)
})

test('a refusal says what, why and what to do now, in the language asked for', async () => {
  const patient = await ownPatient()
  const zh = (await ask('system', `/api/patients/${patient}/standing`)).json()
  const en = (await ask('system', `/api/patients/${patient}/standing`, { headers: { 'accept-language': 'en' } })).json()
  for (const problem of [zh, en]) {
    assert.equal(problem.status, 403)
    for (const part of ['title', 'detail', 'next', 'code']) assert.ok(problem[part], part)
    assert.ok(problem.receipt > 0)
  }
  assert.match(zh.title, /[\u4e00-\u9fff]/)
  assert.match(en.title, /^[\x20-\x7e’]+$/)
})

test('who has looked is answered to those who may ask, and never to others', async () => {
  const patient = await ownPatient()
  await ask('doctor', `/fhir/Patient/${patient}`)
  assert.equal((await ask('vendor', `/api/patients/${patient}/uses`)).status, 403)
  const page = (
    await ask('inspector', `/api/patients/${patient}/uses`, { headers: { 'purpose-of-use': 'SUPERVISE' } })
  ).json()
  assert.ok(page.uses.length > 0)
  assert.ok(page.uses.every((use: { patient: { name: string } }) => use.patient.name.includes('*')))
})

test('an entry comes with a proof that the signed checkpoint covers', async () => {
  const { receipt } = (await ask('doctor', '/api/uses/mine?count=1')).json()
  const proved = await until(async () => {
    const answer = (await ask('doctor', `/api/trace/${receipt}`)).json()
    return answer.proof ? answer : undefined
  })
  assert.equal(proved.use.sequence, receipt)
  assert.ok(proved.proof.treeSize > receipt)
  assert.ok((await ask(undefined, '/ledger/checkpoint')).text.startsWith(proved.proof.checkpoint.split('\n')[0]))
})

test('the same entries stand in a log over SM3, signed with SM2 at the same size', async () => {
  const newest = async (path: string) => (await ask(undefined, path)).text.split('\n')
  const [first, second] = await until(async () => {
    const both = [await newest('/ledger/checkpoint'), await newest('/ledger/sm3/checkpoint')] as const
    return both[0][1] === both[1][1] ? both : undefined
  })
  assert.equal(second[0], `${first[0]}/sm3`)
  assert.notEqual(second[2], first[2])
  assert.equal((await ask(undefined, '/ledger/sm3/tile/0/000.p/1')).status, 200)
  assert.notEqual(
    (await ask(undefined, '/ledger/sm3/tile/0/000.p/1')).text,
    (await ask(undefined, '/ledger/tile/0/000.p/1')).text,
  )
  assert.equal((await ask(undefined, '/ledger/sm3/tile/0/000.p/01')).status, 404)
})

test('bundles of entries, which hold personal data, are not served', async () => {
  assert.equal((await ask(undefined, '/ledger/sm3/tile/entries/000.p/1')).status, 404)
  assert.equal((await ask(undefined, '/ledger/tile/entries/000')).status, 404)
  assert.equal((await ask(undefined, '/ledger/tile/entries/000.p/1')).status, 404)
})

test('what is wrong with a call is named by field and rule', async () => {
  const cases = [
    ['/api/patients/mine?group=everyone', 'query.group'],
    ['/api/patients/mine?surprise=1', 'query.surprise'],
    ['/api/patients?q=', 'query.q'],
    ['/api/trace?count=5000', 'query.count'],
    ['/api/patients/..%2Fx/standing', 'path.id'],
  ] as const
  for (const [path, field] of cases) {
    const answer = await ask('doctor', path)
    assert.equal(answer.status, 400, path)
    assert.equal(answer.json().issues[0].field, field)
  }
})

test('who may ask the trace is told of its gaps, and nobody else', async () => {
  const told = await ask('inspector', '/api/gaps')
  assert.equal(told.status, 200, told.text)
  assert.deepEqual(told.json(), { gaps: [], total: 0, spooled: 0 })
  assert.equal((await ask('nurse', '/api/gaps')).status, 403)
})

test('the OpenAPI document describes every route of the console API', async () => {
  const document = (await ask(undefined, '/docs/json')).json()
  for (const path of [
    '/api/patients/mine',
    '/api/explain',
    '/api/trace/{sequence}',
    '/fhir/metadata',
    '/access/v1/evaluation',
  ]) {
    assert.ok(document.paths[path], path)
  }
})

test('a second start on the same data directory is refused while the first runs', async () => {
  await assert.rejects(openChartward(at.configuration, { demonstration: true }), { code: 'already-running' })
})

test('a port that is taken is told as such, and the failed start leaves nothing behind', async () => {
  const { port } = new URL(at.address)
  const elsewhere = await mkdtemp(join(tmpdir(), 'chartward-port-'))
  const configuration = { ...at.configuration, port: Number(port), dataDir: elsewhere }
  await assert.rejects(openChartward(configuration, { demonstration: true }), { code: 'port-unavailable' })
  assert.ok(!existsSync(join(elsewhere, 'server.lock')))
  await rm(elsewhere, { recursive: true, force: true })
})

test('production does not start over demonstration accounts', async () => {
  await assert.rejects(openRooms(at.configuration, { demonstration: false }), {
    code: 'demonstration-accounts-present',
  })
})

async function until<Value>(ready: () => Promise<Value | undefined>): Promise<Value> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const value = await ready()
    if (value !== undefined) return value
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error('it did not come about')
}

test('everything that was answered here left under a receipt whose use has its release, and every permit its end', async () => {
  const { counters, ground, ledger } = at.rooms
  // What was written down already is taken from the bucket, the rest from memory.
  await at.rooms.completeness.round()
  const { receipts, permits, stopped } = counters.take()
  const [bucket] = await ground.database.query<{ receipts: Buffer; permits: Buffer; answers: number; stopped: number }>(
    'select receipts, permits, answers, stopped from counting_bucket order by answers desc limit 1',
  )
  assert.deepEqual([stopped, bucket!.stopped, receipts.length, permits.length], [0, 0, 0, 0])
  assert.ok(bucket!.answers > 0)
  const about = { process: 'this', minute: 0, stopped: 0, receipts: bucket!.receipts, permits: bucket!.permits }
  assert.deepEqual(await judgeBucket(ground.database, about), [])
  assert.deepEqual((await judgeJournal(ground.database, 0, await ledger.size())).findings, [])
})
