// A process of the race: many callers open records until so many were released. Usage: race.reader.ts <url> <uses>
import { openRecord } from '../src/access/index.ts'
import { callerOf, doctors, openRaceProcess, recordsOf } from './race-hospital.ts'

const [url, uses] = [process.argv[2]!, Number(process.argv[3])]
const callers = 24
process.once('disconnect', () => process.exit(1))
const desk = await openRaceProcess(url)
const counts = { released: 0, refused: 0, unsettled: 0 }

async function readUntilDone(caller: number): Promise<void> {
  for (let turn = caller; counts.released < uses; turn++) {
    const doctor = doctors[turn % doctors.length]!
    const id = recordsOf(doctor)[turn % 4]!
    try {
      const opened = await openRecord(
        { caller: callerOf(doctor), channel: 'fhir', requestId: `race-${turn}`, type: 'Observation', id },
        desk,
      )
      if (opened.outcome === 'released') counts.released += 1
      else counts.refused += 1
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'authority-unsettled') throw error
      counts.unsettled += 1
    }
  }
}

await Promise.all(Array.from({ length: callers }, (_, caller) => readUntilDone(caller)))
await desk.close()
process.send!(counts, () => process.exit(0))
