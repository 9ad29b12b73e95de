import { Command } from 'commander'
import { describeAnchoringConfiguration } from '../anchoring/index.ts'
import { describeAuditConfiguration } from '../audit/index.ts'
import { describeIdentityConfiguration } from '../identity/index.ts'
import { describeConfiguration } from '../kernel/index.ts'
import { archiveVariable } from '../retention/index.ts'
import { say } from './words.ts'

export function environmentCommand(): Command {
  return new Command('environment')
    .description(say('列出可用的环境变量', 'list the environment variables that configure Chartward'))
    .action(() => {
      for (const { name, default: fallback, meaning } of [
        ...describeConfiguration(),
        ...describeIdentityConfiguration(),
        ...describeAnchoringConfiguration(),
        ...describeAuditConfiguration(),
        archiveVariable,
      ]) {
        console.log(`${name.padEnd(26)}${(fallback || '—').padEnd(14)}${meaning}`)
      }
    })
}
