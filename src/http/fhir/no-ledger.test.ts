import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownPatient, physician } from '../../authority/test-world.ts'
import { openTestSurface } from './test-surface.ts'

test('when the ledger takes no entries nothing leaves, and the reason is told', async () => {
  const surface = await openTestSurface([{ resourceType: 'Patient', id: ownPatient, name: [{ text: '王小东' }] }])
  const read = () => surface.ask(physician, { url: `/fhir/Patient/${ownPatient}` })
  assert.equal((await read()).status, 200)

  const { database } = surface.world
  await database.query('alter table ledger_entry rename to ledger_entry_lost')
  const asked = await read()
  await database.query('alter table ledger_entry_lost rename to ledger_entry')

  assert.equal(asked.status, 503, asked.text)
  assert.match(asked.json.issue[0].details.coding[0].code, /^ledger-/)
  assert.equal(asked.json.resourceType, 'OperationOutcome')
  assert.ok(!asked.text.includes('王小东') && !asked.text.includes('ledger_entry'))
  await surface.close()
})
