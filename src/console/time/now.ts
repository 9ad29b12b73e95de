import { useSyncExternalStore } from 'react'

const step = 30_000

/** The present, renewed every half minute, the same for the whole page. */
export function useNow(): number {
  return useSyncExternalStore(watch, () => Math.ceil(Date.now() / step) * step)
}

function watch(notify: () => void): () => void {
  const timer = setInterval(notify, step / 2)
  return () => clearInterval(timer)
}
