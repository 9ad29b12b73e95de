import { Command } from 'commander'
import type { PersonId } from '../kernel/index.ts'
import { readConfiguration } from '../kernel/index.ts'
import { openRooms } from '../main.ts'
import { demoPerson } from './demo-person.ts'
import { say } from './words.ts'

export function tokenCommand(): Command {
  return new Command('token')
    .description(
      say(
        '为演示人员签发短期令牌（仅演示医院）',
        'print a short-lived bearer token of a demonstration person (demonstration only)',
      ),
    )
    .argument('<username>', say('用户名', 'user name'))
    .option('--minutes <n>', say('有效分钟数，1 到 60', 'minutes it lives, 1 to 60'), '30')
    .action(async (username: string, options: { minutes: string }) => {
      const configuration = readConfiguration(process.env)
      const person = await demoPerson(configuration.dataDir, username)
      const rooms = await openRooms(configuration, { demonstration: true })
      try {
        console.log(await rooms.identity.issueToken(person.id as PersonId, { minutes: Number(options.minutes) }))
      } finally {
        await rooms.close()
      }
    })
}
