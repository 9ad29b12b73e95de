import { Command } from 'commander'
import { GroundFailure, readConfiguration } from '../kernel/index.ts'
import { openChartward } from '../main.ts'
import { showProgress } from './progress.ts'
import { untilStopped } from './stop.ts'
import { say } from './words.ts'

export function serveCommand(): Command {
  return new Command('serve')
    .description(
      say(
        '生产启动：不含演示人员，须指定数据库',
        'start for production: no demonstration people, a database of your own',
      ),
    )
    .action(async () => {
      const configuration = readConfiguration(process.env)
      if (!configuration.databaseUrl && !configuration.allowEmbeddedDatabase) {
        throw new GroundFailure(
          'embedded-refused',
          say(
            '生产环境须用 DATABASE_URL 指定数据库；确需内置数据库请设 ALLOW_EMBEDDED_DATABASE=true',
            'production needs DATABASE_URL; to use the embedded database all the same, set ALLOW_EMBEDDED_DATABASE=true',
          ),
        )
      }
      const stopped = untilStopped()
      const progress = showProgress(process.stderr)
      const chartward = await openChartward(configuration, { demonstration: false, progress })
      progress.finish()
      console.error(`  ${chartward.address}`)
      await stopped
      await chartward.close()
    })
}
