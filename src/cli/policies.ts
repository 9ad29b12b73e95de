import { Command } from 'commander'
import { loadPolicies } from '../authority/index.ts'
import { say } from './words.ts'

export function policiesCommand(): Command {
  return new Command('policies')
    .description(
      say('校验全部策略并列出条款', 'validate every policy against the schema and list them with their clauses'),
    )
    .action(async () => {
      const bundle = await loadPolicies()
      for (const policy of bundle.policies) {
        console.log(
          `${policy.id.padEnd(34)}${policy.effect.padEnd(8)}${policy.clause.padEnd(22)}${say(policy.titleZh, policy.titleEn)}`,
        )
      }
      console.log(`\n${bundle.policies.length} · sha256 ${bundle.digest}`)
    })
}
