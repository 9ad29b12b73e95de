import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { roles } from '../directory/index.ts'
import { demoPeopleFile } from './demo-people.ts'

const fileSchema = z.object({
  people: z.array(
    z.object({
      id: z.string(),
      username: z.string(),
      password: z.string(),
      totpSeed: z.string(),
      name: z.string(),
      role: z.enum(roles),
      title: z.string(),
      tryZh: z.string(),
      tryEn: z.string(),
    }),
  ),
})

/** The people of `demo-people.json`, secrets included; none where there is no demonstration. */
export async function readDemoPeople(dataDir: string): Promise<z.infer<typeof fileSchema>['people']> {
  const text = await readFile(demoPeopleFile(dataDir), 'utf8').catch(() => undefined)
  return text === undefined ? [] : fileSchema.parse(JSON.parse(text)).people
}
