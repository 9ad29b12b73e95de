import { Command } from 'commander'
import { migrate, openGround, readConfiguration } from '../kernel/index.ts'
import { say } from './words.ts'

export function migrateCommand(): Command {
  return new Command('migrate')
    .description(say('把数据库结构更新到本版本', 'bring the database to this version'))
    .action(async () => {
      const ground = await openGround(readConfiguration(process.env))
      try {
        const applied = await migrate(ground.database)
        console.log(applied.length === 0 ? say('已是最新', 'nothing to apply') : applied.join('\n'))
      } finally {
        await ground.release()
      }
    })
}
