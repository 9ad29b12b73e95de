import type { RecordFacts } from '../authority/index.ts'
import type { AuthorityEpoch } from '../kernel/index.ts'

/**
 * Facts of current versions, good only under the epoch they were read under: every change of a record's label, patient
 * or department raises the epoch. A new version without such a change does not, and is noticed when the record is
 * read: its version is not the one the permit names.
 */
export class FactsCache {
  readonly #entries = new Map<string, RecordFacts>()
  readonly #size: number
  #epoch: AuthorityEpoch | undefined

  constructor(size: number) {
    this.#size = size
  }

  find(type: string, id: string, epoch: AuthorityEpoch): RecordFacts | undefined {
    if (this.#epoch !== epoch) return undefined
    const key = `${type}/${id}`
    const facts = this.#entries.get(key)
    if (!facts) return undefined
    // A Map keeps the order of insertion: what was used last goes to the end, the beginning is dropped first.
    this.#entries.delete(key)
    this.#entries.set(key, facts)
    return facts
  }

  /** @param epoch as it was before the facts were read. */
  keep(facts: RecordFacts, epoch: AuthorityEpoch): void {
    if (this.#epoch !== epoch) {
      if (this.#epoch !== undefined && this.#epoch > epoch) return
      this.#entries.clear()
      this.#epoch = epoch
    }
    const key = `${facts.type}/${facts.id}`
    this.#entries.delete(key)
    this.#entries.set(key, facts)
    if (this.#entries.size > this.#size) this.#entries.delete(this.#entries.keys().next().value!)
  }

  forget(type: string, id: string): void {
    this.#entries.delete(`${type}/${id}`)
  }
}
