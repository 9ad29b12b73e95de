import type { Findings } from './finding.ts'
import type { LogKeys } from './log-keys.ts'
import { isOfLog } from './log-keys.ts'
import type { Looked } from './order-check.ts'

/** What the log's own `anchor` entries say: how its keys succeeded each other, and the roots its trees had. */
export interface StatedAnchors {
  /** A tree has this root at this size. */
  saw(origin: string, size: number, root: Uint8Array): void
  /** Entries of one tile, before the checkpoints over it are judged. */
  learn(speaking: ReadonlyMap<number, Looked>): void
  /** The same entries, after. */
  hold(first: number, speaking: ReadonlyMap<number, Looked>): void
}

/** An anchor names the newest checkpoint: so many back are remembered of each tree. */
const remembered = 1_000

export function statedAnchors(keysByOrigin: ReadonlyMap<string, LogKeys>, findings: Findings): StatedAnchors {
  const roots = new Map<string, Map<number, string>>()
  const anchorsIn = (speaking: ReadonlyMap<number, Looked>) => [...speaking].filter(([, { kind }]) => kind === 'anchor')
  return {
    saw(origin, size, root) {
      const known = roots.get(origin) ?? new Map<number, string>()
      roots.set(origin, known)
      known.set(size, Buffer.from(root).toString('base64'))
      const [oldest] = known.keys()
      if (known.size > remembered && oldest !== undefined) known.delete(oldest)
    },
    learn(speaking) {
      for (const [, { detail = {} }] of anchorsIn(speaking)) {
        if (detail.event !== 'key-succession' || typeof detail.statement !== 'string') continue
        for (const [origin, keys] of keysByOrigin) if (isOfLog(detail.statement, origin)) keys.learn(detail.statement)
      }
    },
    hold(first, speaking) {
      for (const [i, { detail = {} }] of anchorsIn(speaking)) {
        for (const { origin, size, root } of Array.isArray(detail.logs) ? detail.logs.filter(isStated) : []) {
          const known = roots.get(origin)?.get(size)
          if (known !== undefined && known !== root) findings.add({ problem: 'anchor-differs', sequence: first + i })
        }
        if (detail.event !== 'key-succession') continue
        for (const { log, size, root } of [...keysByOrigin.values()].flatMap((keys) => keys.successions)) {
          const known = roots.get(log)?.get(size)
          if (size !== detail.size || known === undefined || known === root.toString('base64')) continue
          findings.add({ problem: 'succession-wrong', sequence: first + i })
        }
      }
    },
  }
}

function isStated(value: unknown): value is { readonly origin: string; readonly size: number; readonly root: string } {
  if (typeof value !== 'object' || value === null) return false
  const { origin, size, root } = value as Record<string, unknown>
  return typeof origin === 'string' && typeof size === 'number' && typeof root === 'string'
}
