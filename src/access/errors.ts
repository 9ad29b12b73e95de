import { Failure } from '../kernel/index.ts'

/**
 * `authority-unsettled`: rights kept changing while one use was decided; nothing was released.
 * `transactions-unsupported`: the record store behind this server cannot write several records as one.
 * `export-withdrawn`: the right to export ended while the file was made; nothing left.
 * `export-unproven`: no checkpoint covers what was exported, so it has no proof yet; nothing left.
 */
export class AccessFailure extends Failure<
  'authority-unsettled' | 'transactions-unsupported' | 'export-withdrawn' | 'export-unproven'
> {}
