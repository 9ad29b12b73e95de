/** Resolves once when the process is asked to stop; a second ask ends it at once. */
export function untilStopped(): Promise<void> {
  return new Promise((done) => {
    let asked = false
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(130)
        asked = true
        done()
      })
    }
  })
}
