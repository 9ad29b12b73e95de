import { Failure } from '../kernel/index.ts'

export type ContinuityFailureCode =
  /** The database is away, and this use is not one that may go on without it. Nothing was released. */
  | 'outside-continuity'
  /** The database has been away for longer than last known facts may be believed. Nothing was released. */
  | 'facts-too-old'
  /** The disk of the spool is full, or the spool has its largest size. Nothing was released. */
  | 'spool-full'
  /** The spool cannot be written, or was closed while the use was under way. Nothing was released. */
  | 'spool-unavailable'
  /** Another process holds this folder of spools. */
  | 'spool-locked'

export class ContinuityFailure extends Failure<ContinuityFailureCode> {}
