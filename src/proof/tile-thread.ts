import { parentPort } from 'node:worker_threads'
import { handedOver } from './crew.ts'
import { type TileJob, tileWork } from './tile-work.ts'

/** The other side of a crew, in a thread: takes tiles as they come and answers in the same order. */
export function workInThread(): void {
  const work = tileWork()
  parentPort?.on('message', (job: TileJob) => {
    const digest = work(job)
    const buffers = digest ? [digest.facts, ...handedOver([...Object.values(digest.leaves)])] : []
    parentPort?.postMessage(digest, buffers)
  })
}
