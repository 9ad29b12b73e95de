import { readConfiguration } from '../kernel/index.ts'
import { openRooms, type Rooms } from '../rooms.ts'

/** A tool of the command line beside the servers: it has the rooms for as long as its work takes. */
export async function withRooms<Result>(work: (rooms: Rooms) => Promise<Result>): Promise<Result> {
  const rooms = await openRooms(readConfiguration(process.env), { demonstration: true })
  try {
    return await work(rooms)
  } finally {
    await rooms.close()
  }
}
