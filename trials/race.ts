import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { openDatabase } from '../src/kernel/index.ts'
import { judgeOrder, type OrderJudgement } from './judge-order.ts'
import { fillRaceHospital } from './race-hospital.ts'

export interface RaceOptions {
  /** A migrated, empty database. */
  readonly databaseUrl: string
  /** Records released, over all readers. */
  readonly uses: number
  readonly readers: number
  readonly changers: number
  /** Entries appended between two changes of one changer, on average. */
  readonly entriesBetweenChanges: number
}

export interface Race extends OrderJudgement {
  readonly refused: number
  /** Uses given up because rights changed five times meanwhile. */
  readonly unsettled: number
}

/**
 * Processes that open records race processes that stop accounts and reinstate them; then the ledger is read in its
 * order. What must never be there: a release after an entry that forbids it.
 */
export async function race(options: RaceOptions): Promise<Race> {
  const { databaseUrl, uses, readers, changers, entriesBetweenChanges } = options
  const database = openDatabase(databaseUrl)
  try {
    await fillRaceHospital(database)
    const changing = Array.from({ length: changers }, () =>
      start('race.changer.ts', databaseUrl, entriesBetweenChanges),
    )
    const reading = Array.from({ length: readers }, () => start('race.reader.ts', databaseUrl, uses / readers))
    const read = await Promise.all(reading.map(reported<{ refused: number; unsettled: number }>))
    for (const child of changing) child.send('end')
    await Promise.all(changing.map(reported))
    const sum = (of: 'refused' | 'unsettled') => read.reduce((total, one) => total + one[of], 0)
    return { ...(await judgeOrder(database)), refused: sum('refused'), unsettled: sum('unsettled') }
  } finally {
    await database.close()
  }
}

function start(file: string, databaseUrl: string, number: number): ChildProcess {
  return fork(join(import.meta.dirname, file), [databaseUrl, String(number)], { stdio: 'inherit' })
}

function reported<Report>(child: ChildProcess): Promise<Report> {
  return new Promise((resolve, reject) => {
    child.once('message', (report) => resolve(report as Report))
    child.once('exit', (code) => reject(new Error(`a process of the race ended with ${code} before it reported`)))
  })
}
