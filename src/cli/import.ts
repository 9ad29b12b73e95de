import { Command } from 'commander'
import { readConfiguration } from '../kernel/index.ts'
import { openRooms } from '../main.ts'
import { importFiles } from '../records/index.ts'
import { showProgress } from './progress.ts'
import { say } from './words.ts'

export function importCommand(): Command {
  return new Command('import')
    .description(
      say(
        '导入 FHIR R4（JSON、Bundle、NDJSON）；逐个文件全有或全无',
        'load FHIR R4 (JSON, bundles, NDJSON); each file whole or not at all',
      ),
    )
    .argument('<files...>', say('文件', 'files'))
    .action(async (files: readonly string[]) => {
      const rooms = await openRooms(readConfiguration(process.env), { demonstration: true })
      const progress = showProgress()
      try {
        progress.step([`导入 ${files.length} 个文件`, `import of ${files.length} files`])
        const report = await importFiles(files, {
          database: rooms.ground.database,
          ledger: rooms.ledger,
          clock: rooms.clock,
          onFile: (_file, done) => progress.advance(done, files.length),
        })
        progress.finish()
        console.log(report)
      } finally {
        await rooms.close()
      }
    })
}
