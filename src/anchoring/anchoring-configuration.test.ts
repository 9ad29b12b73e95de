import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { cosigner, international } from '../crypto/index.ts'
import { makeTestAuthority, noAuthority } from '../crypto/test-timestamp-authority.ts'
import { describeAnchoringConfiguration, readAnchoringConfiguration } from './anchoring-configuration.ts'

const folder = mkdtempSync(join(tmpdir(), 'chartward-anchoring-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const fileOf = (name: string, content: string) => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
const { verifierKey } = cosigner('witness.example/w', international.generatePrivateKey())

test('without a word, nobody outside is asked', async () => {
  const configuration = await readAnchoringConfiguration({ LEDGER_WITNESSES: '' })
  assert.equal(configuration.policy.quorum, 'none')
  assert.equal(configuration.authority, undefined)
  assert.equal(configuration.anchorEveryMs, 3_600_000)
})

test('witnesses and their quorum are read from the file', async () => {
  const file = fileOf('policy', `witness w ${verifierKey} https://w.example\nquorum w\n`)
  const { policy } = await readAnchoringConfiguration({ LEDGER_WITNESSES: file })
  assert.equal(policy.witnesses[0]?.url, 'https://w.example')
})

test('an authority comes with the roots it must lead to', { skip: noAuthority }, async () => {
  const made = makeTestAuthority()
  const roots = fileOf('roots.pem', made.rootPem)
  made.remove()
  const { authority } = await readAnchoringConfiguration({
    LEDGER_TIMESTAMP_URL: 'http://tsa.example/',
    LEDGER_TIMESTAMP_ROOTS: roots,
    LEDGER_TIMESTAMP_POLICY: '1.2.3.4.1',
    LEDGER_ANCHOR_MINUTES: '5',
  })
  assert.deepEqual(
    [authority?.url, authority?.policy, authority?.roots.length],
    ['http://tsa.example/', '1.2.3.4.1', 1],
  )
})

test('what is wrong is named', async () => {
  for (const [environment, code, words] of [
    [{ LEDGER_WITNESSES: join(folder, 'none') }, 'anchoring-misconfigured', /none cannot be read/],
    [{ LEDGER_WITNESSES: fileOf('broken', 'quorum x') }, 'anchoring-misconfigured', /broken: .*line 1/],
    [{ LEDGER_TIMESTAMP_URL: 'ftp://x' }, 'invalid-input', /LEDGER_TIMESTAMP_URL/],
    [{ LEDGER_TIMESTAMP_URL: 'http://x' }, 'invalid-input', /LEDGER_TIMESTAMP_ROOTS/],
    [
      { LEDGER_TIMESTAMP_URL: 'http://x', LEDGER_TIMESTAMP_ROOTS: fileOf('no.pem', 'no') },
      'anchoring-misconfigured',
      /no\.pem/,
    ],
    [{ LEDGER_TIMESTAMP_POLICY: 'policy' }, 'invalid-input', /LEDGER_TIMESTAMP_POLICY/],
    [{ LEDGER_ANCHOR_MINUTES: '0' }, 'invalid-input', /LEDGER_ANCHOR_MINUTES/],
  ] as const) {
    await assert.rejects(readAnchoringConfiguration(environment), (error: Error & { code?: string }) => {
      assert.equal(error.code, code)
      assert.match(error.message, words)
      return true
    })
  }
  assert.equal(describeAnchoringConfiguration().length, 5)
})
