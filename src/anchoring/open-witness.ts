import type { KeyObject } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Cosigner, CryptoFailure, cosigner, openKeyFile } from '../crypto/index.ts'
import { type Log, openClosing, systemClock } from '../kernel/index.ts'
import { AnchoringFailure } from './errors.ts'
import { parseTrustedLogs } from './trusted-logs.ts'
import { serveWitness } from './witness-server.ts'
import { openWitnessState } from './witness-state.ts'

export interface WitnessOptions {
  /** Key, name and state of the witness; made on the first start. */
  readonly folder: string
  /** File that lists the trusted logs. */
  readonly logsFile: string
  /** Name of the witness's key, e.g. `witness.health.example/w1`; needed on the first start only. */
  readonly name?: string
  readonly host: string
  readonly port: number
  readonly log: Log
}

/** A running witness: a program of its own, without a database. */
export interface RunningWitness {
  readonly address: string
  readonly name: string
  readonly verifierKey: string
  readonly origins: readonly string[]
  close(): Promise<void>
}

/**
 * @throws {AnchoringFailure} `anchoring-misconfigured`, `witness-folder-locked`; {CryptoFailure} `key-file-unsafe`.
 */
export async function openWitness(options: WitnessOptions): Promise<RunningWitness> {
  const { folder, host, port, log } = options
  const logs = parseTrustedLogs(await readLogs(options.logsFile))
  const closing = openClosing()
  try {
    const state = await openWitnessState(folder)
    closing.add(() => state.close())
    const witnessCosigner = await cosignerOf(folder, options.name)
    for (const origin of logs.keys()) await state.read(origin)
    const server = await serveWitness(
      { logs, state, cosigner: witnessCosigner, clock: systemClock },
      { host, port, log },
    )
    closing.add(() => server.close())
    return {
      address: server.address,
      name: witnessCosigner.name,
      verifierKey: witnessCosigner.verifierKey,
      origins: [...logs.keys()],
      close: () => closing.run(),
    }
  } catch (error) {
    await closing.run().catch(() => {})
    throw error
  }
}

async function readLogs(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw wrong(`the list of trusted logs ${file} cannot be read`, cause as Error)
  }
}

/** A cosignature does not commit to its signer's name, so a key keeps the name it began with. */
async function cosignerOf(folder: string, asked: string | undefined): Promise<Cosigner> {
  const file = join(folder, 'name')
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim()
  if (kept !== '' && asked !== undefined && asked !== kept)
    throw wrong(`this witness is ${kept}; a new name takes a new folder`)
  const name = kept || asked
  if (name === undefined) throw wrong('a new witness needs a name')
  const key = await openKeyFile(join(folder, 'key.pem'))
  const made = named(name, key)
  if (kept === '') await writeFile(file, `${name}\n`, { mode: 0o600, flush: true })
  return made
}

function named(name: string, key: KeyObject): Cosigner {
  try {
    return cosigner(name, key)
  } catch (cause) {
    if (!(cause instanceof CryptoFailure)) throw cause
    throw wrong(`${name} is not a key name: it has no spaces and no plus sign`, cause)
  }
}

function wrong(message: string, cause?: Error): AnchoringFailure {
  return new AnchoringFailure('anchoring-misconfigured', message, { cause })
}
