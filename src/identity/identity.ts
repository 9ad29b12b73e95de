import type { ChangeOrder, ChangeResult, Directory } from '../directory/index.ts'
import type { ApplicationId, Caller, Clock, Database, LastKnown, PersonId, Terminal } from '../kernel/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { type AccountSummary, readAccount, summarizeAccount } from './account.ts'
import { type Application, registerApplication, stopApplication } from './application.ts'
import {
  introspectToken,
  issueApplicationToken,
  type OAuthRefusal,
  type TokenRequest,
  type TokenResult,
} from './application-token.ts'
import { csrfTokenOf } from './bearer-secret.ts'
import type { RemoteKeySets } from './client-assertion.ts'
import { type StepUpResult, signInWithCode, stepUpWithCode } from './code-sign-in.ts'
import type { IdentityDesk } from './desk.ts'
import { type Enrolment, enrol, restoreAccount, stopAccount } from './enrolment.ts'
import { IdentityFailure } from './errors.ts'
import { type IdentifyRequest, identify, sessionOf, type Unidentified } from './identify.ts'
import { defaultIdentityConfiguration, type IdentityConfiguration } from './identity-configuration.ts'
import { finishOidc, type OidcStart, oidcProvider, startOidc } from './oidc-sign-in.ts'
import {
  addPasskey,
  askForPasskey,
  offerPasskey,
  type PasskeyAdded,
  type PasskeyAnswer,
  type PasskeyChallenge,
  removePasskey,
  signInWithPasskey,
  stepUpWithPasskey,
} from './passkey.ts'
import { type PasswordAttempt, signInWithPassword } from './password-sign-in.ts'
import { passkeysAreAvailable } from './relying-party.ts'
import { openSecretBox } from './secret-box.ts'
import { beginSession, endSession } from './session.ts'
import { sessionCache } from './session-cache.ts'
import type { SignedIn, SignInRefusal, SignInResult } from './sign-in.ts'

export interface IdentityOptions {
  readonly database: Database
  readonly directory: Directory
  readonly ledger: Ledger
  readonly clock: Clock
  readonly dataDir: string
  /** How browsers and applications reach this server; a function where the port is known only later. */
  readonly publicUrl: string | (() => string)
  readonly configuration?: IdentityConfiguration
  /** Published secrets are accepted only here. */
  readonly demonstration?: boolean
  /** Lets sessions last known be believed while the database is away. */
  readonly lastKnown?: LastKnown
}

export interface CurrentSession {
  readonly caller: Caller
  readonly csrfToken: string
  /** Epoch milliseconds: the absolute end. */
  readonly expiresAt: number
  readonly username: string
  readonly passkeys: number
}

/** What may be tried before anybody is known. */
export interface SignInMeans {
  readonly password: boolean
  readonly passkey: boolean
  readonly oidc: readonly { readonly id: string; readonly name: string }[]
}

/**
 * Who stands before the system. Trusted for: this request is this person's, by these factors, from this terminal. Not
 * for: what they may do. Whoever owns DATA_DIR/keys and the database can make themselves anybody; the ledger then
 * shows the sign-in.
 */
export interface Identity {
  identify(request: IdentifyRequest): Promise<Caller | Unidentified>
  currentSession(request: IdentifyRequest): Promise<CurrentSession | Unidentified>
  means(): SignInMeans
  publicUrl(): string

  signInWithPassword(attempt: PasswordAttempt): Promise<SignInResult>
  signInWithCode(attempt: { ticket: string; code: string; terminal: Terminal }): Promise<SignedIn | SignInRefusal>
  askForPasskey(): Promise<PasskeyChallenge>
  signInWithPasskey(answer: PasskeyAnswer & { terminal: Terminal }): Promise<SignedIn | SignInRefusal>
  /** @throws {IdentityFailure} `oidc-unavailable`, also when no provider is configured. */
  startOidc(): Promise<OidcStart>
  finishOidc(back: { query: string; ticket: string | undefined; terminal: Terminal }): Promise<SignedIn | SignInRefusal>
  signOut(caller: Caller): Promise<void>

  stepUpWithCode(caller: Caller, code: string): Promise<StepUpResult>
  askForPasskeyAgain(caller: Caller): Promise<PasskeyChallenge>
  stepUpWithPasskey(caller: Caller, answer: PasskeyAnswer): Promise<StepUpResult>
  offerPasskey(caller: Caller, displayName: string): Promise<PasskeyChallenge>
  addPasskey(caller: Caller, answer: PasskeyAnswer & { name?: string }): Promise<PasskeyAdded>
  removePasskey(caller: Caller, id: string): Promise<boolean>

  issueApplicationToken(request: TokenRequest): Promise<TokenResult>
  introspectToken(
    request: TokenRequest,
  ): Promise<{ readonly outcome: 'answered'; readonly body: Readonly<Record<string, unknown>> } | OAuthRefusal>
  registerApplication(order: ChangeOrder, application: Application): Promise<ChangeResult>
  stopApplication(order: ChangeOrder, id: ApplicationId): Promise<ChangeResult>

  accountOf(person: PersonId): Promise<AccountSummary>
  enrol(enrolment: Enrolment, order?: ChangeOrder): Promise<ChangeResult>
  stopAccount(order: ChangeOrder, person: PersonId): Promise<ChangeResult>
  restoreAccount(order: ChangeOrder, person: PersonId): Promise<ChangeResult>
  /**
   * A short-lived bearer token of one person for scripts.
   * @throws {IdentityFailure} `demonstration-only`, `identity-unknown`
   */
  issueToken(person: PersonId, options: { readonly minutes: number }): Promise<string>
}

/** @throws {IdentityFailure} `demonstration-accounts-present`, `identity-key-unusable` */
export async function openIdentity(options: IdentityOptions): Promise<Identity> {
  const desk = await deskOf(options)
  const keySets: RemoteKeySets = new Map()
  const { oidc } = desk.configuration
  const provider = oidc && oidcProvider(oidc)
  const requireProvider = () => {
    if (provider) return provider
    throw new IdentityFailure('oidc-unavailable', 'no identity provider is configured')
  }
  const installation: ChangeOrder = { channel: 'cli' }

  return {
    identify: (request) => identify(desk, request),
    currentSession: (request) => currentSession(desk, request),
    means: () => ({
      password: true,
      passkey: passkeysAreAvailable(desk.publicUrl()),
      oidc: oidc ? [{ id: 'hospital', name: oidc.name }] : [],
    }),
    publicUrl: desk.publicUrl,

    signInWithPassword: (attempt) => signInWithPassword(desk, attempt),
    signInWithCode: (attempt) => signInWithCode(desk, attempt),
    askForPasskey: () => askForPasskey(desk),
    signInWithPasskey: (answer) => signInWithPasskey(desk, answer),
    startOidc: async () => startOidc(desk, requireProvider()),
    finishOidc: async (back) => finishOidc(desk, requireProvider(), back),
    signOut: (caller) => endSession(desk, caller.session, { ...caller, channel: 'console' }),

    stepUpWithCode: (caller, code) => stepUpWithCode(desk, caller, code),
    askForPasskeyAgain: (caller) => askForPasskey(desk, caller),
    stepUpWithPasskey: (caller, answer) => stepUpWithPasskey(desk, caller, answer),
    offerPasskey: (caller, displayName) => offerPasskey(desk, caller, displayName),
    addPasskey: (caller, answer) => addPasskey(desk, caller, answer),
    removePasskey: (caller, id) => removePasskey(desk, caller, id),

    issueApplicationToken: (request) => issueApplicationToken(desk, keySets, request),
    introspectToken: (request) => introspectToken(desk, keySets, request),
    registerApplication: (order, application) => registerApplication(desk, order, application),
    stopApplication: (order, id) => stopApplication(desk, order, id),

    accountOf: (person) => summarizeAccount(desk, person),
    enrol: (enrolment, order = installation) => enrol(desk, order, enrolment),
    stopAccount: (order, person) => stopAccount(desk, order, person),
    restoreAccount: (order, person) => restoreAccount(desk, order, person),
    issueToken: (person, { minutes }) => issueToken(desk, person, minutes),
  }
}

async function deskOf(options: IdentityOptions): Promise<IdentityDesk> {
  const { database, publicUrl } = options
  const demonstration = options.demonstration ?? false
  const [published] = await database.query('select from account where demonstration limit 1')
  if (published && !demonstration) {
    throw new IdentityFailure(
      'demonstration-accounts-present',
      'this database holds the published accounts of a demonstration; production does not start on it',
    )
  }
  return {
    database,
    directory: options.directory,
    ledger: options.ledger,
    clock: options.clock,
    configuration: options.configuration ?? defaultIdentityConfiguration,
    box: await openSecretBox(options.dataDir),
    sessions: sessionCache(),
    demonstration,
    ...(options.lastKnown && { lastKnown: options.lastKnown }),
    publicUrl: typeof publicUrl === 'function' ? publicUrl : () => publicUrl,
  }
}

async function currentSession(desk: IdentityDesk, request: IdentifyRequest): Promise<CurrentSession | Unidentified> {
  const caller = await identify(desk, request)
  if ('outcome' in caller) return caller
  const found = await sessionOf(desk, request)
  if ('outcome' in found) return found
  const account = await readAccount(desk.database, { person: caller.person })
  return {
    caller,
    csrfToken: csrfTokenOf(found.secret),
    expiresAt: found.session.expiresAt,
    username: account?.username ?? '',
    passkeys: account?.passkeys ?? 0,
  }
}

async function issueToken(desk: IdentityDesk, person: PersonId, minutes: number): Promise<string> {
  if (!desk.demonstration) throw new IdentityFailure('demonstration-only', 'tokens are printed only in a demonstration')
  const subject = await desk.directory.subject(person)
  if (!subject?.active) throw new IdentityFailure('identity-unknown', 'no such active person')
  const lifeMs = Math.min(Math.max(1, Math.floor(minutes) || 1), 60) * 60_000
  const issued = await beginSession(desk, {
    kind: 'script',
    person,
    assurance: 2,
    methods: ['demonstration'],
    terminal: { address: 'local' },
    channel: 'cli',
    lifeMs,
    idleMs: lifeMs,
    detail: { method: 'demonstration-token' },
  })
  return issued.secret
}
