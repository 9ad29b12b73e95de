import type { ApplicationId, PersonId } from './brand.ts'

/**
 * Who stands before the system, as established by `identity/`: always a natural person (notice 二(一)), perhaps
 * through an application, always from a terminal. Everything in it was verified; nothing is taken from the body of
 * a request.
 */
export interface Caller {
  readonly person: PersonId
  /** The application that acts for the person, when one does (SMART Backend Services). */
  readonly application?: ApplicationId
  /** SMART scopes of the application: an upper bound, never a grant. */
  readonly scopes?: readonly string[]
  /** Opaque id of the session or token; the same in every ledger entry of one sign-in. */
  readonly session: string
  /** 1: one factor; 2: two factors or a passkey with user verification; 3: stepped up within the last minutes. */
  readonly assurance: 1 | 2 | 3
  /** RFC 8176 authentication method references, e.g. `pwd`, `otp`, `hwk`. */
  readonly methods: readonly string[]
  readonly terminal: Terminal
}

export interface Terminal {
  /** Network address as the server saw it. */
  readonly address: string
  /** A stable name of the device, from its own cookie; not a proof of anything. */
  readonly device?: string
  readonly userAgent?: string
}

/** By which door a use came in. The decision is the same for all of them. */
export type Channel = 'console' | 'fhir' | 'authzen' | 'cli' | 'batch'
