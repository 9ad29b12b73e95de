import { Command } from 'commander'
import { demoPeopleFile, readDemoPeople } from '../demonstration/index.ts'
import { readConfiguration } from '../kernel/index.ts'
import { openChartward } from '../main.ts'
import { showProgress } from './progress.ts'
import { untilStopped } from './stop.ts'
import { say } from './words.ts'

export function demoCommand(): Command {
  return new Command('demo')
    .description(
      say('启动演示医院（首次启动时生成）', 'start with the demonstration hospital, generated on the first start'),
    )
    .option('--patients <n>', say('患者数，10 到 1000000', 'number of patients, 10 to 1000000'))
    .action(async (options: { patients?: string }) => {
      console.log(say('\n  守历 Chartward · 演示医院\n', '\n  Chartward 守历 · demonstration hospital\n'))
      const configuration = readConfiguration({
        ...process.env,
        ...(options.patients && { DEMO_PATIENTS: options.patients }),
        LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
      })
      const stopped = untilStopped()
      const progress = showProgress()
      const chartward = await openChartward(configuration, { demonstration: true, progress })
      progress.finish()
      await greet(chartward.address, configuration.dataDir)
      await stopped
      console.log(say('\n  正在停止 …', '\n  stopping …'))
      await chartward.close()
    })
}

async function greet(address: string, dataDir: string): Promise<void> {
  const people = await readDemoPeople(dataDir)
  const file = demoPeopleFile(dataDir)
  const lines = people.map(
    (person) => `  ${person.username.padEnd(12)} ${person.password.padEnd(18)} ${say(person.tryZh, person.tryEn)}`,
  )
  console.log(`
  ${address}

  ${say('可登录的人员（用户名、密码、可试之事）', 'people to sign in as (user name, password, what to try)')}
${lines.join('\n')}

  ${say(`一次性口令种子见 ${file}`, `one-time-password seeds: ${file}`)}
  ${say('取当前口令：npm run chartward -- code <用户名>', 'the code of this moment: npm run chartward -- code <username>')}
  ${say('脚本令牌：npm run chartward -- token <用户名>', 'a token for scripts: npm run chartward -- token <username>')}
  ${say('接口文档', 'API')}: ${address}/docs   FHIR: ${address}/fhir/metadata
  ${say('按 Ctrl-C 停止', 'Ctrl-C stops everything')}
`)
}
