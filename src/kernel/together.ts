/**
 * Lets callers who ask at the same time share one round trip: what is asked within one turn of the event loop goes to
 * the database as one question. A caller who asks alone waits for nobody but that turn.
 * @param ask answers all keys of one turn, in their order; when it fails, every caller of that turn fails with it.
 */
export function together<Key, Answer>(
  ask: (keys: readonly Key[]) => Promise<readonly Answer[]>,
): (key: Key) => Promise<Answer> {
  let waiting: Waiting<Key, Answer>[] = []

  async function answer(asked: readonly Waiting<Key, Answer>[]): Promise<void> {
    try {
      const answers = await ask(asked.map(({ key }) => key))
      asked.forEach(({ resolve }, i) => {
        resolve(answers[i] as Answer)
      })
    } catch (failure) {
      for (const { reject } of asked) reject(failure)
    }
  }

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject })
      if (waiting.length > 1) return
      setImmediate(() => {
        const asked = waiting
        waiting = []
        void answer(asked)
      })
    })
}

interface Waiting<Key, Answer> {
  readonly key: Key
  readonly resolve: (answer: Answer) => void
  readonly reject: (failure: unknown) => void
}
