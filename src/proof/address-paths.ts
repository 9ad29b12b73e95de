import { ProofFailure } from './errors.ts'
import type { ReadPath } from './tiled-evidence.ts'

const attempts = 3
const timeoutMs = 30_000
/** A bundle has at most 256 entries of 65,535 bytes, each after its length. */
const largestBytes = 256 * 65_537

/** Files of a log served over HTTP below an address. @throws {ProofFailure} `evidence-unreadable`. */
export function addressPaths(address: string): ReadPath {
  const prefix = address.replace(/\/+$/, '')
  return async (path) => {
    for (let attempt = 1; ; attempt++) {
      const answer = await ask(`${prefix}/${path}`)
      if (answer instanceof Uint8Array) return answer
      if (answer === 404 || answer === 410) return undefined
      if (attempt === attempts) throw unreadable(`${prefix}/${path} answers ${answer}`)
      await new Promise((done) => setTimeout(done, 250 * attempt))
    }
  }
}

/** @returns the bytes, a status, or why there was none. */
async function ask(url: string): Promise<Uint8Array | number | string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
    if (!response.ok) {
      await response.body?.cancel()
      return response.status
    }
    const bytes = new Uint8Array(await response.arrayBuffer())
    if (bytes.length > largestBytes) throw unreadable(`${url} is longer than any tile`)
    return bytes
  } catch (error) {
    if (error instanceof ProofFailure) throw error
    return error instanceof Error ? error.name : 'nothing'
  }
}

function unreadable(message: string): ProofFailure {
  return new ProofFailure('evidence-unreadable', message)
}
