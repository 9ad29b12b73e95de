import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cosigner, openKeyFile } from '../crypto/index.ts'
import { silentLog, systemClock } from '../kernel/index.ts'
import { parseTrustedLogs } from './trusted-logs.ts'
import { serveWitness } from './witness-server.ts'
import { openWitnessState } from './witness-state.ts'

// Run by tests in a process of its own: a witness that dies as soon as a checkpoint is on its disk.
const [folder, logsFile, name = 'witness.example/w1', port = '0'] = process.argv.slice(2) as [
  string,
  string,
  string?,
  string?,
]
const state = await openWitnessState(folder)
const witnessCosigner = cosigner(name, await openKeyFile(join(folder, 'key.pem')))
const server = await serveWitness(
  {
    logs: parseTrustedLogs(readFileSync(logsFile, 'utf8')),
    cosigner: witnessCosigner,
    clock: systemClock,
    state: {
      ...state,
      async store(origin, note) {
        await state.store(origin, note)
        process.kill(process.pid, 'SIGKILL')
        await new Promise(() => {})
      },
    },
  },
  { host: '127.0.0.1', port: Number(port), log: silentLog },
)
process.send!({ address: server.address, verifierKey: witnessCosigner.verifierKey })
