import { Command } from 'commander'
import { Failure, InvalidInput, version } from '../kernel/index.ts'
import { codeCommand } from './code.ts'
import { demoCommand } from './demo.ts'
import { environmentCommand } from './environment.ts'
import { importCommand } from './import.ts'
import { ingestCommand } from './ingest.ts'
import { ledgerCommand } from './ledger.ts'
import { migrateCommand } from './migrate.ts'
import { policiesCommand } from './policies.ts'
import { retentionCommand } from './retention.ts'
import { serveCommand } from './serve.ts'
import { tokenCommand } from './token.ts'
import { traceCommand } from './trace.ts'
import { verifyCommand } from './verify.ts'
import { witnessCommand } from './witness.ts'
import { say } from './words.ts'

const program = new Command('chartward')
  .description(
    say(
      '守历：管理电子病历的使用。先留痕，后放行。',
      'Governs the use of electronic medical records: nothing leaves before its trace is durable.',
    ),
  )
  .version(version)
  .showHelpAfterError()

for (const command of [
  demoCommand,
  serveCommand,
  importCommand,
  ingestCommand,
  tokenCommand,
  codeCommand,
  traceCommand,
  verifyCommand,
  ledgerCommand,
  retentionCommand,
  policiesCommand,
  migrateCommand,
  environmentCommand,
  witnessCommand,
]) {
  program.addCommand(command())
}

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof Failure)) throw error
  // A failure is told, not traced: what is wrong and, where one exists, the code to look up.
  const lines =
    error instanceof InvalidInput
      ? error.issues.map(({ field, zh, en }) => `${field}: ${say(zh, en)}`)
      : [error.message]
  console.error(`\n${lines.join('\n')}  [${error.code}]`)
  process.exit(1)
}
