import type { Words } from './words.ts'
import { say } from './words.ts'

/** Shows what the program is doing and how far it is: one line that moves in a terminal, plain lines elsewhere. */
export interface Progress {
  /** A step begins; the one before it is done. */
  step(words: Words): void
  /** The current step has come this far; `total` may be unknown. */
  advance(done: number, total?: number): void
  finish(): void
}

export function showProgress(stream: NodeJS.WriteStream = process.stdout): Progress {
  let current: { readonly label: string; readonly started: number } | undefined
  let lastShown = 0
  const seconds = (since: number) => `${((Date.now() - since) / 1000).toFixed(1)} s`
  const line = (text: string, end: boolean) => {
    if (stream.isTTY) stream.write(`\r\u001b[2K${text}${end ? '\n' : ''}`)
    else if (end) stream.write(`${text}\n`)
  }
  const finish = () => {
    if (current) line(`  ✓ ${current.label}  ${seconds(current.started)}`, true)
    current = undefined
  }
  return {
    step(words) {
      finish()
      current = { label: say(...words), started: Date.now() }
      line(`  · ${current.label} …`, false)
    },
    advance(done, total) {
      if (!current || Date.now() - lastShown < 100) return
      lastShown = Date.now()
      const share = total ? ` ${Math.floor((100 * done) / total)} %` : ''
      line(`  · ${current.label} … ${done.toLocaleString('en')}${share}`, false)
    },
    finish,
  }
}
