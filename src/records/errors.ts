import { Failure } from '../kernel/index.ts'

/**
 * `permit-mismatch`: what was asked for is not what the permit in the ledger names; a bug of the caller, never an
 * answer to a person. `validator-unavailable`: the worker that validates ended; nothing was judged.
 */
export class RecordsFailure extends Failure<'permit-mismatch' | 'validator-unavailable'> {}
