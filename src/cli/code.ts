import { Command } from 'commander'
import { TOTP } from 'otpauth'
import { readConfiguration } from '../kernel/index.ts'
import { demoPerson } from './demo-person.ts'
import { say } from './words.ts'

export function codeCommand(): Command {
  return new Command('code')
    .description(
      say('打印演示人员此刻的一次性口令', 'print the one-time password of a demonstration person at this moment'),
    )
    .argument('<username>', say('用户名', 'user name'))
    .action(async (username: string) => {
      const person = await demoPerson(readConfiguration(process.env).dataDir, username)
      console.log(new TOTP({ secret: person.totpSeed }).generate())
    })
}
