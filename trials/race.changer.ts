// A process of the race: stops doctors and reinstates them until told to end, each time so many entries were appended.
// Usage: race.changer.ts <url> <entries between changes>
import { doctors, openRaceProcess } from './race-hospital.ts'

const [url, entriesBetween] = [process.argv[2]!, Number(process.argv[3])]
const desk = await openRaceProcess(url)
const order = { channel: 'batch' as const, reason: { code: 'trial' } }
let ending = false
process.once('message', () => {
  ending = true
})
process.once('disconnect', () => process.exit(1))

let changes = 0
while (!ending) {
  const person = doctors[Math.floor(Math.random() * doctors.length)]!
  const stopped = await desk.directory.stopPerson(order, { person, reason: 'trial' })
  await pause()
  const reinstated = await desk.directory.reinstatePerson(order, person)
  await pause()
  for (const result of [stopped, reinstated]) if (result.outcome === 'changed') changes += 1
}
await desk.close()
process.send!({ changes }, () => process.exit(0))

/** Measured in entries, not in time: the race is the same on a slow machine. */
async function pause(): Promise<void> {
  const next = (await desk.ledger.size()) + 2 * entriesBetween * Math.random()
  while (!ending && (await desk.ledger.size()) < next) await new Promise((done) => setTimeout(done, 2))
}
