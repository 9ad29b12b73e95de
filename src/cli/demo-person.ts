import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { InvalidInput } from '../kernel/index.ts'

const fileSchema = z.object({
  people: z.array(
    z.object({
      id: z.string(),
      username: z.string(),
      password: z.string(),
      totpSeed: z.string(),
      name: z.string(),
      role: z.string(),
    }),
  ),
})
export type DemoPerson = z.infer<typeof fileSchema>['people'][number]

/** A demonstration person by user name. @throws {InvalidInput} where there is no demonstration, or no such person. */
export function demoPerson(dataDir: string, username: string): DemoPerson {
  const file = join(dataDir, 'demo-people.json')
  if (!existsSync(file)) {
    throw new InvalidInput([
      {
        field: 'DATA_DIR',
        rule: 'demonstration',
        zh: `${file} 不存在：这里没有演示医院`,
        en: `${file} does not exist: there is no demonstration here`,
      },
    ])
  }
  const { people } = fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  const person = people.find((one) => one.username === username)
  if (person) return person
  const names = people.map((one) => one.username).join(', ')
  throw new InvalidInput([
    {
      field: 'username',
      rule: 'known',
      zh: `没有演示人员 ${username}；有：${names}`,
      en: `no demonstration person ${username}; there are: ${names}`,
    },
  ])
}
