import { Command } from 'commander'
import { addressOfServer, type PersonId, readConfiguration } from '../kernel/index.ts'
import { openRooms } from '../rooms.ts'
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
      // A token is good at the server it was issued for: the one that runs on this directory, if one does.
      const publicUrl = addressOfServer(configuration.dataDir) ?? configuration.publicUrl
      const rooms = await openRooms({ ...configuration, publicUrl }, { demonstration: true })
      try {
        console.log(await rooms.identity.issueToken(person.id as PersonId, { minutes: Number(options.minutes) }))
      } finally {
        await rooms.close()
      }
    })
}
