export { AnchoringFailure, type AnchoringFailureCode } from './errors.ts'
export { openWitness, type RunningWitness, type WitnessOptions } from './open-witness.ts'
