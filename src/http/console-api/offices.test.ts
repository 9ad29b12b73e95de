import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { PatientRow } from '../../contract/index.ts'
import { startDemonstration } from '../../test-demonstration.ts'

let at: Awaited<ReturnType<typeof startDemonstration>>
const tokens: Record<string, string> = {}
before(async () => {
  at = await startDemonstration()
  for (const person of at.people) tokens[person.username] = await at.tokenOf(person.username)
})
after(() => at?.close())

async function ask(person: string, path: string, headers: Record<string, string> = {}) {
  const response = await fetch(at.address + path, {
    headers: { authorization: `Bearer ${tokens[person]}`, ...headers },
  })
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, asserted on below
  return { status: response.status, body: (await response.json()) as any }
}
async function patients(condition = 'sensitivity <= 2'): Promise<readonly { id: string; name: string }[]> {
  return at.rooms.ground.database.query(
    `select id, content::jsonb #>> '{name,0,text}' as name from resource where type = 'Patient' and ${condition} order by id`,
  )
}
const idOf = (username: string) => at.people.find((one) => one.username === username)!.id
const relationsOf = (username: string) => at.rooms.authority.relations(idOf(username) as never, Date.now())

test('offices find patients and open them for the purpose of their post, and see the identity masked', async () => {
  const [{ id, name } = assert.fail('no patient')] = await patients()
  for (const [person, purpose] of [
    ['quality', 'HQUALIMP'],
    ['affairs', 'HOPERAT'],
  ] as const) {
    const found = await ask(person, `/api/patients?q=${encodeURIComponent(name)}`)
    assert.equal(found.status, 200, person)
    const row = (found.body.rows as PatientRow[]).find((one) => one.id === id)
    assert.ok(row?.nameIsMasked && row.name.includes('*'), `${person} ${row?.name}`)

    const { body } = await ask(person, `/api/patients/${id}/standing`)
    assert.deepEqual([body.standing, body.purpose, body.patient.nameIsMasked], ['open', purpose, true], person)
    const opened = await ask(person, `/fhir/Patient/${id}`)
    assert.equal(opened.status, 200)
    assert.ok(!JSON.stringify(opened.body).includes(name), person)
    const { grounds } = (await ask(person, `/api/explain?type=Patient&id=${id}`)).body
    assert.deepEqual(
      grounds.map((ground: { kind: string }) => ground.kind),
      ['post'],
    )
  }
})

test('the record room opens a patient by name, and a purpose that is stated is checked', async () => {
  const [{ id, name } = assert.fail('no patient')] = await patients()
  const { body } = await ask('records', `/api/patients/${id}/standing`)
  assert.deepEqual([body.standing, body.purpose, body.patient.name], ['open', 'HOPERAT', name])
  assert.equal((await ask('records', `/fhir/Patient/${id}`, { 'purpose-of-use': 'PATRQT' })).status, 200)
  for (const person of ['records', 'quality', 'affairs']) {
    const refused = await ask(person, `/fhir/Patient/${id}`, { 'purpose-of-use': 'HRESCH' })
    assert.equal(refused.status, 403, person)
    assert.equal(refused.body.issue[0].details.coding[0].code, 'purpose-not-allowed', person)
    const search = await ask(person, `/api/patients?q=${encodeURIComponent(name)}`, { 'purpose-of-use': 'HRESCH' })
    assert.equal(search.status, 403, person)
  }
})

test('quality control does not open a protected patient', async () => {
  const [one] = await patients('sensitivity > 2')
  if (!one) return
  assert.equal((await ask('quality', `/fhir/Patient/${one.id}`)).status, 403)
})

test('physicians still find everybody masked, for treatment', async () => {
  const own = new Set((await relationsOf('doctor')).map((one) => one.patient as string))
  const stranger = (await patients()).find((one) => !own.has(one.id))!
  const { body } = await ask('doctor', `/api/patients?q=${encodeURIComponent(stranger.name)}`)
  const row = (body.rows as PatientRow[]).find((one) => one.id === stranger.id)
  assert.ok(row?.nameIsMasked)
  const entry = await at.rooms.trace.entryAt(body.receipt)
  assert.equal(entry?.entry.purpose, 'TREAT')
})

test('a trainee sees the cases of the rotation with their beds, and cannot look for anybody', async () => {
  const bound = (await relationsOf('trainee')).filter((one) => one.kind === 'rotation').map((one) => one.patient)
  assert.ok(bound.length > 0)
  const { body } = await ask('trainee', '/api/patients/mine?group=rotation')
  const rows = body.rows as PatientRow[]
  assert.ok(rows.length > 0)
  assert.ok(rows.every((row) => row.relation === 'rotation' && bound.includes(row.id as never)))
  assert.ok(
    rows.some((row) => row.bed),
    'where the case lies',
  )
  assert.equal((await ask('doctor', '/api/patients/mine?group=rotation')).body.total, 0)

  const search = await ask('trainee', `/api/patients?q=${encodeURIComponent((await patients())[0]!.name)}`)
  assert.equal(search.status, 403)
  assert.equal(search.body.code, 'outside-rotation')
  for (const part of ['title', 'detail', 'next']) assert.ok(search.body[part], part)
})

test('who has looked: physicians of the patient and of the ward, heads for theirs; nurses are told who may', async () => {
  const ward = (await relationsOf('doctor'))[0]!.patient
  assert.equal((await ask('doctor', `/api/patients/${ward}/uses`)).status, 200)
  assert.equal((await ask('affairs', `/api/patients/${ward}/uses`)).status, 200)
  const own = (await relationsOf('head'))[0]!.patient
  assert.equal((await ask('head', `/api/patients/${own}/uses`)).status, 200)
  const nursed = (await relationsOf('nurse'))[0]!.patient
  const refused = await ask('nurse', `/api/patients/${nursed}/uses`)
  assert.deepEqual([refused.status, refused.body.code], [403, 'trace-closed'])
  assert.match(refused.body.detail, /主管/)
})
