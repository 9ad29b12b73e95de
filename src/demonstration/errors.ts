import { Failure } from '../kernel/index.ts'

/** `demonstration-enrolment-refused`: an account of the demonstration could not be made; which, and why, in the text. */
export type DemonstrationFailureCode = 'demonstration-enrolment-refused'
export class DemonstrationFailure extends Failure<DemonstrationFailureCode> {}
