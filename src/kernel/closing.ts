/** What was opened, to be closed in the opposite order. */
export interface Closing {
  add(step: () => Promise<unknown>): void
  /** Runs every step once, also after one has failed; then throws the first failure. */
  run(): Promise<void>
}

export function openClosing(): Closing {
  const steps: (() => Promise<unknown>)[] = []
  return {
    add: (step) => {
      steps.push(step)
    },
    async run() {
      const failures: unknown[] = []
      for (let step = steps.pop(); step; step = steps.pop()) {
        await step().catch((error: unknown) => failures.push(error))
      }
      if (failures.length > 0) throw failures[0]
    },
  }
}
