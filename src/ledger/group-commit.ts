import { type Call, type CallAnswer, type DurableWriter, unavailable } from './durable-writer.ts'
import { LedgerFailure } from './errors.ts'

/**
 * Many callers, one transaction: while one group commits, the next one gathers; it starts when the commit returns.
 * The entries of one call are never divided between groups.
 */
export interface GroupCommit {
  /** @throws {LedgerFailure} `ledger-busy`, `ledger-unavailable`. */
  append(call: Call): Promise<Exclude<CallAnswer, { outcome: 'lost' }>>
  /** Waits for what was accepted; nothing more is. */
  close(): Promise<void>
}

export interface GroupCommitLimits {
  /** Entries that may wait before callers are told `ledger-busy`. */
  readonly maxWaitingEntries: number
  readonly maxGroupEntries: number
}

/** Bodies of one group together: keeps a message to the server far below its limit of 1 GB. */
const maxGroupCharacters = 4_000_000

interface WaitingCall {
  readonly call: Call
  readonly resolve: (answer: Exclude<CallAnswer, { outcome: 'lost' }>) => void
  readonly reject: (failure: unknown) => void
}

export function groupCommit(writer: DurableWriter, limits: GroupCommitLimits): GroupCommit {
  let waiting: WaitingCall[] = []
  let waitingEntries = 0
  let closed = false
  let pumping: Promise<void> | undefined

  return {
    append(call) {
      if (closed) return Promise.reject(unavailable('the ledger is closed'))
      if (!writer.available && !pumping) return Promise.reject(unavailable('the database does not answer'))
      if (waitingEntries > 0 && waitingEntries + call.entries.length > limits.maxWaitingEntries) {
        return Promise.reject(new LedgerFailure('ledger-busy', `${waitingEntries} entries wait already`))
      }
      return new Promise((resolve, reject) => {
        waiting.push({ call, resolve, reject })
        waitingEntries += call.entries.length
        pumping ??= pump()
      })
    },
    async close() {
      closed = true
      await pumping
    },
  }

  async function pump(): Promise<void> {
    while (waiting.length > 0) {
      // Callers whom the last commit answered, and all who arrived meanwhile, may still join this group.
      await new Promise<void>((next) => setImmediate(next))
      await write(takeGroup())
    }
    pumping = undefined
  }

  async function write(group: readonly WaitingCall[]): Promise<void> {
    try {
      const answers = await writer.write(group.map((each) => each.call))
      for (const [i, { resolve, reject }] of group.entries()) {
        const answer = answers[i]!
        if (answer.outcome === 'lost') reject(unavailable('the connection broke before the entries were durable'))
        else resolve(answer)
      }
    } catch (failure) {
      // A group that the database refuses is undone whole. Alone, each caller gets the answer to its own entries.
      if (group.length > 1 && isRefusedData(failure)) for (const each of group) await write([each])
      else for (const { reject } of group) reject(failure)
    }
  }

  function takeGroup(): WaitingCall[] {
    let entries = 0
    let characters = 0
    let calls = 0
    for (const { call } of waiting) {
      entries += call.entries.length
      for (const entry of call.entries) characters += entry.body.length
      if (calls > 0 && (entries > limits.maxGroupEntries || characters > maxGroupCharacters)) break
      calls += 1
    }
    const group = waiting.slice(0, calls)
    waiting = waiting.slice(calls)
    for (const { call } of group) waitingEntries -= call.entries.length
    return group
  }
}

/** SQLSTATE class 22 and 23 (data, constraint), or 54 (limits such as the depth of JSON): the entries are at fault. */
function isRefusedData(failure: unknown): boolean {
  const code = failure instanceof LedgerFailure ? (failure.cause as { code?: unknown } | undefined)?.code : undefined
  return typeof code === 'string' && /^(22|23|54)/.test(code)
}
