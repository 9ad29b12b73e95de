import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { parsePackage } from '../../proof/index.ts'
import { startDemonstration } from '../../test-demonstration.ts'

let at: Awaited<ReturnType<typeof startDemonstration>>
const tokens: Record<string, string> = {}
before(async () => {
  at = await startDemonstration()
  for (const person of at.people) tokens[person.username] = await at.tokenOf(person.username)
})
after(() => at?.close())

async function ask(person: string, method: string, path: string, body?: unknown) {
  const response = await fetch(at.address + path, {
    method,
    headers: {
      authorization: `Bearer ${tokens[person]}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, asserted on below
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) as any }
}
const idOf = (username: string) => at.people.find((one) => one.username === username)!.id

test('every filter is taken, alone and together, and one that does not exist is not', async () => {
  await ask('doctor', 'GET', '/api/uses/mine')
  const mine = await ask('inspector', 'GET', `/api/trace?person=${idOf('doctor')}&kind=trace-reading&action=read-trace`)
  assert.equal(mine.status, 200)
  assert.ok(mine.body.uses.length > 0)
  const [use] = mine.body.uses
  const requestId = (await at.rooms.trace.entryAt(use.sequence))!.entry.requestId!
  const session = (await at.rooms.trace.entryAt(use.sequence))!.entry.actor!.session!
  for (const filter of [
    `requestId=${requestId}`,
    `session=${encodeURIComponent(session)}&kind=trace-reading`,
    `sequence=${use.sequence}`,
  ]) {
    const { body } = await ask('inspector', 'GET', `/api/trace?${filter}`)
    assert.ok(
      body.uses.some((one: { sequence: number }) => one.sequence === use.sequence),
      filter,
    )
  }
  for (const none of [
    'application=none',
    'record=ImagingStudy/none',
    'onBehalfOf=none',
    'spoolReceipt=S0000000000000000-1',
  ]) {
    assert.deepEqual((await ask('inspector', 'GET', `/api/trace?${none}`)).body.uses, [], none)
  }
  assert.equal((await ask('inspector', 'GET', '/api/trace?everything=yes')).status, 400)
})

test('a question is kept, shared with one’s office, changed, removed and brought back; each change is an entry', async () => {
  const url = '/api/trace/questions'
  const order = { name: '夜间拒绝', terms: { kind: 'refusal', outcome: 8 } }
  const kept = await ask('inspector', 'POST', url, order)
  assert.equal(kept.status, 200, kept.text)
  const { id } = kept.body.question
  const entry = (await at.rooms.trace.entryAt(kept.body.receipt))!.entry
  assert.deepEqual([entry.kind, entry.detail!.change], ['configuration-change', 'kept'])
  assert.equal(entry.actor!.person, idOf('inspector'))

  const names = async (person: string) =>
    (await ask(person, 'GET', url)).body.questions.map((one: { name: string }) => one.name)
  assert.deepEqual(await names('inspector'), ['夜间拒绝'])
  assert.deepEqual(await names('doctor'), [], 'nobody else sees it')

  const [office] = (await ask('inspector', 'GET', url)).body.offices
  const shared = await ask('inspector', 'PUT', `${url}/${id}`, { ...order, name: '夜间被拒', office: office.id })
  assert.equal(shared.body.question.sharedWith.id, office.id)
  const [foreign] = (await ask('doctor', 'GET', url)).body.offices
  assert.equal((await ask('inspector', 'PUT', `${url}/${id}`, { ...order, office: foreign.id })).status, 400)

  for (const [method, path, body] of [
    ['PUT', `${url}/${id}`, order],
    ['DELETE', `${url}/${id}`, undefined],
  ] as const) {
    assert.equal((await ask('doctor', method, path, body)).status, 404, 'whose it is not cannot touch it')
  }
  assert.equal((await ask('inspector', 'DELETE', `${url}/${id}`)).status, 200)
  assert.deepEqual(await names('inspector'), [])
  assert.equal((await ask('inspector', 'POST', `${url}/${id}/restore`)).status, 200)
  assert.deepEqual(await names('inspector'), ['夜间被拒'])
})

const order = (more: object = {}) => ({
  terms: { person: idOf('doctor') },
  format: 'json',
  purpose: 'SUPERVISE',
  reason: 'supervision-case',
  text: '信访 2026-7',
  ...more,
})

test('an export is ordered, watched, fetched by its owner alone, and each step stands in the ledger', async () => {
  const started = await ask('inspector', 'POST', '/api/trace/exports', order())
  assert.equal(started.status, 200, started.text)
  const { id, receipt } = started.body
  let state = started.body
  while (!['ready', 'failed', 'stopped'].includes(state.state)) {
    await new Promise((next) => setTimeout(next, 50))
    state = (await ask('inspector', 'GET', `/api/trace/exports/${id}`)).body
  }
  assert.equal(state.state, 'ready', JSON.stringify(state))
  assert.equal((await ask('doctor', 'GET', `/api/trace/exports/${id}`)).status, 404)
  assert.equal((await ask('doctor', 'GET', `/api/trace/exports/${id}/file`)).status, 404)

  const file = await ask('inspector', 'GET', `/api/trace/exports/${id}/file`)
  assert.equal(file.headers.get('chartward-receipt'), String(receipt))
  assert.equal(file.headers.get('content-disposition'), `attachment; filename="chartward-${receipt}.json"`)
  const made = parsePackage(file.text)
  assert.equal(made.entries.length, state.found)
  assert.equal(made.trees.length, 2, 'both trees prove it')

  const about = await at.rooms.trace.askTrace({ person: idOf('inspector') }, { count: 20 })
  const kinds = about.rows
    .filter((row) => row.sequence >= receipt)
    .map((row) => `${row.entry.kind} ${row.entry.detail?.event ?? ''}`.trim())
  assert.deepEqual(kinds.reverse().slice(0, 3), ['export', 'release', 'trace-reading export-fetched'])

  assert.equal((await ask('inspector', 'DELETE', `/api/trace/exports/${id}`)).body.state, 'stopped')
  assert.equal((await ask('inspector', 'GET', `/api/trace/exports/${id}/file`)).status, 404)
})

test('an export that is not allowed is refused in three parts, with a receipt', async () => {
  for (const [person, more] of [
    ['doctor', {}],
    ['inspector', { purpose: 'HRESCH' }],
    ['head', { terms: {}, purpose: 'HOPERAT' }],
  ] as const) {
    const refused = await ask(person, 'POST', '/api/trace/exports', order(more))
    assert.equal(refused.status, 403, person)
    for (const part of ['title', 'detail', 'next', 'receipt']) assert.ok(refused.body[part] !== undefined, part)
  }
  assert.equal((await ask('inspector', 'POST', '/api/trace/exports', order({ text: 'x' }))).status, 400)
})
