import { readDemoPeople } from '../demonstration/index.ts'
import { InvalidInput } from '../kernel/index.ts'

type DemoPerson = Awaited<ReturnType<typeof readDemoPeople>>[number]

/** A demonstration person by user name. @throws {InvalidInput} where there is no demonstration, or no such person. */
export async function demoPerson(dataDir: string, username: string): Promise<DemoPerson> {
  const people = await readDemoPeople(dataDir)
  const person = people.find((one) => one.username === username)
  if (person) return person
  const names = people.map((one) => one.username).join(', ')
  if (people.length === 0) {
    throw new InvalidInput([
      {
        field: 'DATA_DIR',
        rule: 'demonstration',
        zh: `${dataDir} 中没有演示医院`,
        en: `there is no demonstration in ${dataDir}`,
      },
    ])
  }
  throw new InvalidInput([
    {
      field: 'username',
      rule: 'known',
      zh: `没有演示人员 ${username}；有：${names}`,
      en: `no demonstration person ${username}; there are: ${names}`,
    },
  ])
}
