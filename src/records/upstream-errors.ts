import { Failure } from '../kernel/index.ts'

/**
 * `upstream-unavailable`: no connection, or it says so (429, 5xx). `upstream-timeout`: no whole answer in time.
 * `upstream-refused`: it will not do this (4xx that says nothing about the record). `upstream-nonsense`: an answer
 * that is no FHIR answer to what was asked, or too large.
 */
export class UpstreamFailure extends Failure<
  'upstream-unavailable' | 'upstream-timeout' | 'upstream-refused' | 'upstream-nonsense'
> {}
