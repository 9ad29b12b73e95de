export { type GeneratedHospital, generateHospital, type PatientTruth } from './hospital.ts'
export { type Parameters, parameters } from './parameters.ts'
export type { World, WorldOptions } from './world.ts'
