import { type Logger, pino } from 'pino'

/**
 * Structured logs carry ids and measures, never content: no names, no record text, no query values.
 * What was done to whom belongs in the ledger.
 */
export type Log = Logger

export function openLog(level: string): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime })
}

export const silentLog: Log = pino({ level: 'silent' })
