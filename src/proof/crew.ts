import { Worker } from 'node:worker_threads'
import { type TileDigest, type TileJob, tileWork } from './tile-work.ts'

/** Those who hash and read tiles: threads of their own, or nobody but the caller. */
export interface Crew {
  /** How many tiles are worth having under way at once. */
  readonly width: number
  /** The bundle is handed over: its bytes may be gone afterwards. @returns undefined for bytes that are not the entries they are said to be. */
  digest(job: TileJob): Promise<TileDigest | undefined>
  close(): Promise<void>
}

export interface CrewOptions {
  /** 0: no threads. */
  readonly threads: number
  /** The program of a thread: `tile-worker.ts`, or a file that behaves like it when it is not the main thread. */
  readonly program?: URL
}

export const soloCrew = (): Crew => {
  const work = tileWork()
  return { width: 1, digest: async (job) => work(job), close: async () => {} }
}

const jobsPerThread = 4

/** Buffers that hold these bytes and nothing else change hands without being copied. */
export function handedOver(parts: readonly Uint8Array[]): readonly ArrayBuffer[] {
  return parts.flatMap(({ buffer, byteLength }) =>
    buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [],
  )
}

export function openCrew({ threads, program }: CrewOptions): Crew {
  if (threads < 1) return soloCrew()
  const members = Array.from({ length: threads }, () =>
    openMember(program ?? new URL('./tile-worker.ts', import.meta.url)),
  )
  let next = 0
  return {
    width: threads * jobsPerThread,
    digest(job) {
      const member = members[next % members.length]!
      next += 1
      return member.digest(job)
    },
    async close() {
      await Promise.all(members.map((member) => member.close()))
    },
  }
}

function openMember(program: URL) {
  const worker = new Worker(program, { stdout: false, stderr: false })
  const waiting: { resolve(digest: TileDigest | undefined): void; reject(error: unknown): void }[] = []
  let failure: Error | undefined
  worker.on('message', (digest: TileDigest | undefined) => {
    waiting.shift()?.resolve(digest)
    // A crew that waits for work must not keep a program alive that has ended otherwise.
    if (waiting.length === 0) worker.unref()
  })
  worker.on('error', (error: Error) => {
    failure = error
    for (const one of waiting.splice(0)) one.reject(error)
  })
  worker.unref()
  return {
    digest: (job: TileJob) =>
      new Promise<TileDigest | undefined>((resolve, reject) => {
        if (failure) return reject(failure)
        waiting.push({ resolve, reject })
        worker.ref()
        worker.postMessage(job, handedOver([job.bundle]))
      }),
    close: async () => {
      await worker.terminate()
    },
  }
}
