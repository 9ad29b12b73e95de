import { Failure } from '../kernel/index.ts'

/**
 * `authority-unsettled`: rights kept changing while one use was decided; nothing was released.
 * `transactions-unsupported`: the record store behind this server cannot write several records as one.
 */
export class AccessFailure extends Failure<'authority-unsettled' | 'transactions-unsupported'> {}
