import { readFileSync } from 'node:fs'
import { Secret, TOTP } from 'otpauth'
import type { Page } from 'playwright-core'
import { z } from 'zod'

const personSchema = z.object({
  username: z.string(),
  name: z.string(),
  role: z.string(),
  password: z.string(),
  totpSeed: z.string(),
})
export type DemoPerson = z.infer<typeof personSchema>

/** The demonstration people, from `DATA_DIR/demo-people.json`. */
export function readPeople(file: string): (username: string) => DemoPerson {
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'))
  const people = z.union([z.array(personSchema), z.object({ people: z.array(personSchema) })]).parse(content)
  const list = Array.isArray(people) ? people : people.people
  return (username) => {
    const person = list.find((candidate) => candidate.username === username)
    if (!person) throw new Error(`no demonstration person ${username} in ${file}`)
    return person
  }
}

/** Signs in as a person would: user name, password, six digits. Leaves the page where sign-in was asked for. */
export async function signIn(page: Page, person: DemoPerson): Promise<void> {
  await page.locator('input[name=username]').fill(person.username)
  await page.locator('input[name=password]').fill(person.password)
  await page.locator('form button[type=submit]').click()
  await page.locator('input[name=code]').fill(codeNow(person))
  await page.getByTestId('user-menu').waitFor()
}

function codeNow({ totpSeed }: DemoPerson): string {
  return new TOTP({ secret: Secret.fromBase32(totpSeed), digits: 6, period: 30 }).generate()
}
