import { useEffect } from 'react'

interface KeyboardActions {
  search(): void
  help(): void
  /** `g` was followed by this letter. */
  go(letter: string): void
}

const secondKeyWithinMs = 1500

/** `/` search, `g` then a letter to go, `?` help. Silent while one writes, and with any modifier. */
export function useKeyboard(actions: KeyboardActions): void {
  useEffect(() => {
    let goUntil = 0
    function onKey(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isWriting(event.target)) return
      const afterGo = event.timeStamp < goUntil
      goUntil = 0
      if (afterGo) {
        actions.go(event.key.toLowerCase())
      } else if (event.key === 'g') {
        goUntil = event.timeStamp + secondKeyWithinMs
      } else if (event.key === '/') {
        event.preventDefault()
        actions.search()
      } else if (event.key === '?') {
        event.preventDefault()
        actions.help()
      }
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [actions])
}

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.matches('input:not([type=radio], [type=checkbox]), textarea, select')
}
