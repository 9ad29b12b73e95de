import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { AuthorityFailure } from '../errors.ts'
import { loadPolicies } from './bundle.ts'

const shipped = fileURLToPath(new URL('../../../policies/', import.meta.url))
let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chartward-policies-'))
  await cp(shipped, folder, { recursive: true })
})
after(() => rm(folder, { recursive: true, force: true }))

const file = '20-management/office.cedar'
const annotations = `@id("extra") @clause("notice 一(四)") @title_zh("题") @title_en("title") @owner("医务部")
@since("2026-11-01") @reason_user_zh("因") @reason_user_en("because")`

/** Loads the shipped policies with one text changed, and puts it back. */
async function refusalOf(change: (text: string) => string): Promise<string> {
  const path = join(folder, file)
  const original = await readFile(path, 'utf8')
  await writeFile(path, change(original))
  try {
    await loadPolicies(folder)
    return 'accepted'
  } catch (error) {
    assert.ok(error instanceof AuthorityFailure && error.code === 'policies-invalid')
    return error.message
  } finally {
    await writeFile(path, original)
  }
}
const added = (policy: string) => (text: string) => `${text}\n${policy}\n`

describe('a policy bundle', () => {
  it('has a digest that moves with any condition and not with comments', async () => {
    const { digest } = await loadPolicies(folder)
    assert.equal((await loadPolicies()).digest, digest)
    const path = join(folder, file)
    const original = await readFile(path, 'utf8')
    await writeFile(path, `// only a comment\n${original}`)
    assert.equal((await loadPolicies(folder)).digest, digest)
    await writeFile(path, original.replace('resource.sensitivity <= 3', 'resource.sensitivity <= 2'))
    assert.notEqual((await loadPolicies(folder)).digest, digest)
    await writeFile(path, original)
  })

  const notice = fileURLToPath(new URL('../../../../shared/requirements/notice-zh.txt', import.meta.url))
  it('quotes the notice word for word', { skip: existsSync(notice) ? false : `${notice} is not here` }, async () => {
    const { clauses } = await loadPolicies()
    const text = await readFile(notice, 'utf8')
    for (const [clause, quoted] of Object.entries(clauses)) {
      assert.ok(text.includes(quoted.text) && text.includes(quoted.title), clause)
    }
  })

  const cases: readonly (readonly [fact: string, change: (text: string) => string, said: RegExp])[] = [
    ['text that is not Cedar, with its line', added('permit (principal'), /office\.cedar:\d+: /],
    [
      'an attribute that the schema does not have',
      (text) => text.replace('resource.sensitivity', 'resource.secrecy'),
      /office\.cedar:1: .*secrecy/s,
    ],
    [
      'an optional attribute that is not guarded',
      added(`${annotations} permit(principal, action, resource) when { resource.patient == "p" };`),
      /patient/,
    ],
    [
      'a missing annotation',
      (text) => text.replace(/@owner\("[^"]*"\)\n/, ''),
      /office\.cedar:1: annotation @owner is missing/,
    ],
    [
      'a clause that nobody wrote',
      (text) => text.replace('notice 一(四)', 'notice 九(九)'),
      /clause notice 九\(九\) is not in clauses\.json/,
    ],
    ['an id that is taken', (text) => text.replace('insurance-read', 'guard-inactive'), /already stands at/],
    ['an obligation nobody fulfils', (text) => text.replace('mask-identity', 'mask-something'), /unknown obligation/],
    [
      'a forbid without a refusal code',
      added(`${annotations} forbid(principal, action, resource) when { context.purpose == "x" };`),
      /@code stands on every forbid/,
    ],
    [
      'an operator outside the supported set',
      added(`${annotations} permit(principal, action, resource) when { principal.hasTag("x") };`),
      /hasTag/,
    ],
    [
      'a template',
      added(`${annotations} permit(principal == ?principal, action, resource);`),
      /templates are not used/,
    ],
  ]
  for (const [fact, change, said] of cases) {
    it(`is refused for ${fact}`, async () => assert.match(await refusalOf(change), said))
  }
})
