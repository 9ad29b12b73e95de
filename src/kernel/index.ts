export {
  type Action,
  actions,
  actReasonSystem,
  ownPurposeSystem,
  type PurposeOfUse,
  purposeSystem,
  purposes,
} from './action.ts'
export type {
  ApplicationId,
  AuthorityEpoch,
  Brand,
  DepartmentId,
  LedgerSequence,
  PatientId,
  PersonId,
} from './brand.ts'
export type { Caller, Channel, Terminal } from './caller.ts'
export { type Clock, fixedClock, systemClock } from './clock.ts'
export { type Closing, openClosing } from './closing.ts'
export { type Configuration, describeConfiguration, readConfiguration } from './configuration.ts'
export {
  type Database,
  DatabaseFailure,
  databaseIsGone,
  openDatabase,
  type Queryable,
  type Statement,
  type Transaction,
} from './database.ts'
export { type EmbeddedPostgres, EmbeddedPostgresFailure, startEmbeddedPostgres } from './embedded-postgres.ts'
export { Failure, type InputIssue, InvalidInput } from './failure.ts'
export { freePort } from './free-port.ts'
export { addressOfServer, type Ground, GroundFailure, lockDataDir, openGround } from './ground.ts'
export type { LastKnown } from './last-known.ts'
export { type Log, openLog, silentLog } from './log.ts'
export { MigrationFailure, migrate } from './migrations.ts'
export { parseEnvironment } from './parse-environment.ts'
export { pause, type Rounds, startRounds } from './rounds.ts'
export { together } from './together.ts'
export { version } from './version.ts'
