/**
 * How far a room may lean on what it knew last while the database is away (docs/continuity.md). Where there is none,
 * or it says no, nothing is believed that cannot be read.
 */
export interface LastKnown {
  /** True from when it was noticed: whoever has something to lean on need not wait for a connection. */
  databaseIsAway(): boolean
  /** What was read before this instant (milliseconds since the epoch) is too old. */
  oldestMs(): number
}
