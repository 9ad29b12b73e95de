import type { Receipt } from '../ledger/index.ts'

/** What one process counted in one stretch of time, in three places that do not know of each other. */
export interface Counted {
  /** Gateway: HTTP answers that carried content, as they left. */
  answers: number
  answerBytes: number
  /** Gateway: answers with content and without a receipt, stopped. */
  stopped: number
  /** Gateway: answers that left under a receipt of a spool. */
  spoolAnswers: number
  /** Store: records whose content was handed out under a permit. */
  readings: number
  /** Store: those under a permit of a spool. */
  spoolReadings: number
  /** Store: statements sent to the tables of records. */
  statements: number
}

export interface Tally extends Counted {
  /** Receipts of the answers. */
  readonly receipts: number[]
  /** Permits under which content was handed out. */
  readonly permits: number[]
}

/**
 * The counters of this process. Each call is an addition and a push: nothing waits, nothing can fail. Trusted for:
 * what passed through this process's doors. Not for: what somebody who owns the process sends past them.
 */
export interface Counters {
  answered(receipt: ReceiptOnAnswer, bytes: number): void
  stopped(): void
  read(permit: Pick<Receipt, 'sequence' | 'spool'>, records: number): void
  sentStatement(): void
  /** Gives out what was counted since the last call, and begins anew. */
  take(): Tally
  /** Statements since the start. */
  statements(): number
}

export type ReceiptOnAnswer = { readonly sequences: readonly number[] } | { readonly spool: string }

export function openCounters(): Counters {
  let tally = emptyTally()
  let statements = 0
  return {
    answered(receipt, bytes) {
      tally.answerBytes += bytes
      if ('spool' in receipt) {
        tally.spoolAnswers += 1
        return
      }
      tally.answers += 1
      for (const sequence of receipt.sequences) tally.receipts.push(sequence)
    },
    stopped() {
      tally.stopped += 1
    },
    read(permit, records) {
      if (records === 0) return
      if (permit.spool !== undefined) {
        tally.spoolReadings += records
        return
      }
      tally.readings += records
      tally.permits.push(permit.sequence)
    },
    sentStatement() {
      statements += 1
      tally.statements += 1
    },
    take() {
      const taken = tally
      tally = emptyTally()
      return taken
    },
    statements: () => statements,
  }
}

export function emptyTally(): Tally {
  return {
    answers: 0,
    answerBytes: 0,
    stopped: 0,
    spoolAnswers: 0,
    readings: 0,
    spoolReadings: 0,
    statements: 0,
    receipts: [],
    permits: [],
  }
}

/** Adds `more` to `tally` in place. */
export function addTally(tally: Tally, more: Tally): void {
  tally.answers += more.answers
  tally.answerBytes += more.answerBytes
  tally.stopped += more.stopped
  tally.spoolAnswers += more.spoolAnswers
  tally.readings += more.readings
  tally.spoolReadings += more.spoolReadings
  tally.statements += more.statements
  for (const receipt of more.receipts) tally.receipts.push(receipt)
  for (const permit of more.permits) tally.permits.push(permit)
}

export function countedOf({ receipts: _, permits: __, ...counted }: Tally): Counted {
  return counted
}

export function addCounted(total: Counted, more: Counted): Counted {
  return {
    answers: total.answers + more.answers,
    answerBytes: total.answerBytes + more.answerBytes,
    stopped: total.stopped + more.stopped,
    spoolAnswers: total.spoolAnswers + more.spoolAnswers,
    readings: total.readings + more.readings,
    spoolReadings: total.spoolReadings + more.spoolReadings,
    statements: total.statements + more.statements,
  }
}
