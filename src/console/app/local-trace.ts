import { useSyncExternalStore } from 'react'

let current: string | undefined
const watchers = new Set<() => void>()

/** The receipt of the newest use, while the hospital's trace is away and uses are traced on the server's own disk. */
export function noteTrace(localReceipt: string | undefined): void {
  if (localReceipt === current) return
  current = localReceipt
  for (const watcher of watchers) watcher()
}

export function useLocalTrace(): string | undefined {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => current,
  )
}
