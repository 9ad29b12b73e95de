import { useSyncExternalStore } from 'react'

/** Two columns fit beside the rail from here on; `timeline.css` has the same number. */
const query = '(min-width: 1080px)'

export function useWideScreen(): boolean {
  return useSyncExternalStore(watch, () => matchMedia(query).matches)
}

function watch(notify: () => void): () => void {
  const media = matchMedia(query)
  media.addEventListener('change', notify)
  return () => media.removeEventListener('change', notify)
}
