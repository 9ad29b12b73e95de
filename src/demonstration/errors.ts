import { Failure } from '../kernel/index.ts'

/**
 * `demonstration-enrolment-refused`: an account of the demonstration could not be made; the cause stands in the text.
 * `demonstration-differs`: the unfinished load in this database came from another generator; start with an empty one.
 */
export type DemonstrationFailureCode = 'demonstration-enrolment-refused' | 'demonstration-differs'
export class DemonstrationFailure extends Failure<DemonstrationFailureCode> {}
