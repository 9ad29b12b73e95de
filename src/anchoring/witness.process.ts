import { silentLog } from '../kernel/index.ts'
import { openWitness } from './open-witness.ts'

// Run by witness-client.test.ts: a witness in a process of its own, on a port of its choice or the one it had.
const [folder, logsFile, name, port] = process.argv.slice(2) as [string, string, string, string]
const witness = await openWitness({ folder, logsFile, name, host: '127.0.0.1', port: Number(port), log: silentLog })
process.send!({ address: witness.address, verifierKey: witness.verifierKey })
