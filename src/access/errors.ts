import { Failure } from '../kernel/index.ts'

export class AccessFailure extends Failure<'authority-unsettled'> {}
