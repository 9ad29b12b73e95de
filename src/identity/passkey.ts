import {
  type AuthenticationResponseJSON,
  type AuthenticatorTransport,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type WebAuthnCredential,
} from '@simplewebauthn/server'
import type { Caller, PersonId, Terminal } from '../kernel/index.ts'
import { digestOf } from './bearer-secret.ts'
import type { StepUpResult } from './code-sign-in.ts'
import type { IdentityDesk } from './desk.ts'
import { relyingPartyOf } from './relying-party.ts'
import { raiseSession } from './session.ts'
import { admit, refuseSignIn, type SignedIn, type SignInRefusal } from './sign-in.ts'
import { type SignInFacts, signInEntry } from './sign-in-entry.ts'
import { takeTicket, writeTicket } from './sign-in-ticket.ts'

/** COSE: EdDSA, ES256, RS256. */
const algorithms = [-8, -7, -257]

export interface PasskeyChallenge {
  readonly ticket: string
  /** JSON form of PublicKeyCredentialRequestOptions or …CreationOptions. */
  readonly options: { readonly challenge: string; readonly [member: string]: unknown }
}

/** For anybody: which credentials exist for a name is not told, the authenticator finds its own (WebAuthn L3 §14.6.2). */
export async function askForPasskey(desk: IdentityDesk, caller?: Caller): Promise<PasskeyChallenge> {
  const { rpId } = relyingPartyOf(desk.publicUrl())
  const options = await generateAuthenticationOptions({ rpID: rpId, userVerification: 'required' })
  const ticket = await writeTicket(
    desk.database,
    {
      kind: caller ? 'passkey-step-up' : 'passkey',
      payload: { challenge: options.challenge },
      ...(caller && { person: caller.person }),
    },
    desk.clock.now(),
  )
  return { ticket, options: { ...options } }
}

export interface PasskeyAnswer {
  readonly ticket: string
  /** JSON form of the browser's PublicKeyCredential; verified by the library, whatever it holds. */
  readonly response: unknown
}

/** A passkey proves possession and, by its user verification, the person: two factors in one. */
export async function signInWithPasskey(
  desk: IdentityDesk,
  answer: PasskeyAnswer & { readonly terminal: Terminal },
): Promise<SignedIn | SignInRefusal> {
  const { terminal } = answer
  const known = { terminal, detail: { method: 'passkey' } }
  const ticket = await takeTicket(desk.database, 'passkey', answer.ticket, desk.clock.now())
  if (!ticket) return refuseSignIn(desk, known, { code: 'ticket-expired', reason: 'ticket-expired' })
  const proof = await provePasskey(desk, String(ticket.payload.challenge), answer.response)
  if ('reason' in proof)
    return refuseSignIn(desk, { ...known, ...proof.facts }, { code: 'wrong-credentials', ...proof })
  return admit(desk, { person: proof.person, assurance: 2, methods: proof.methods, terminal })
}

export async function stepUpWithPasskey(
  desk: IdentityDesk,
  caller: Caller,
  answer: PasskeyAnswer,
): Promise<StepUpResult> {
  const { terminal, person, session } = caller
  const known = { terminal, person, session, detail: { method: 'passkey', step: 'step-up' } }
  const ticket = await takeTicket(desk.database, 'passkey-step-up', answer.ticket, desk.clock.now())
  if (ticket?.person !== person) {
    return refuseSignIn(desk, known, { code: 'ticket-expired', reason: 'ticket-expired' })
  }
  const proof = await provePasskey(desk, String(ticket.payload.challenge), answer.response)
  if ('reason' in proof) return refuseSignIn(desk, known, { code: 'wrong-credentials', ...proof })
  if (proof.person !== person) {
    return refuseSignIn(desk, known, { code: 'wrong-credentials', reason: 'unknown-passkey' })
  }
  const until = await raiseSession(desk, session, { terminal, person, channel: 'console', methods: proof.methods })
  return { outcome: 'stepped-up', until }
}

/** Adding a passkey needs a person of two factors; the key is bound to them and to nobody else. */
export async function offerPasskey(desk: IdentityDesk, caller: Caller, displayName: string): Promise<PasskeyChallenge> {
  const { rpId } = relyingPartyOf(desk.publicUrl())
  const existing = await desk.database.query<{ id: string }>(
    'select credential_id as id from passkey where person_id = $1',
    [caller.person],
  )
  const options = await generateRegistrationOptions({
    rpName: '守历 Chartward',
    rpID: rpId,
    userID: userHandleOf(caller.person),
    userName: displayName,
    userDisplayName: displayName,
    attestationType: 'none',
    excludeCredentials: existing,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: algorithms,
  })
  const ticket = await writeTicket(
    desk.database,
    { kind: 'passkey-registration', person: caller.person, payload: { challenge: options.challenge } },
    desk.clock.now(),
  )
  return { ticket, options: { ...options } }
}

export type PasskeyAdded = { readonly outcome: 'added'; readonly id: string } | SignInRefusal

export async function addPasskey(
  desk: IdentityDesk,
  caller: Caller,
  answer: PasskeyAnswer & { readonly name?: string },
): Promise<PasskeyAdded> {
  const { terminal, person, session } = caller
  const now = desk.clock.now()
  const known = { terminal, person, session, detail: { method: 'passkey', step: 'registration' } }
  const ticket = await takeTicket(desk.database, 'passkey-registration', answer.ticket, now)
  if (ticket?.person !== person) {
    return refuseSignIn(desk, known, { code: 'ticket-expired', reason: 'ticket-expired' })
  }
  const verified = await verifyRegistrationResponse({
    response: answer.response as RegistrationResponseJSON,
    expectedChallenge: String(ticket.payload.challenge),
    ...expected(desk),
    requireUserVerification: true,
    supportedAlgorithmIDs: algorithms,
  }).catch((): { verified: false } => ({ verified: false }))
  if (!verified.verified) {
    return refuseSignIn(desk, known, { code: 'wrong-credentials', reason: 'passkey-refused' })
  }

  const { credential, credentialDeviceType } = verified.registrationInfo
  const added = await desk.database.transaction(async (tx) => {
    const rows = await tx.query(
      `insert into passkey (credential_id, person_id, public_key, counter, transports, name, synced, created_at)
       select $1, $2, $3, $4, $5, $6, $7, to_timestamp($8::bigint / 1000.0)
       from account where person_id = $2 and stopped_at is null
       on conflict (credential_id) do nothing returning credential_id`,
      [
        credential.id,
        person,
        Buffer.from(credential.publicKey),
        credential.counter,
        credential.transports ?? [],
        answer.name || '通行密钥',
        credentialDeviceType === 'multiDevice',
        now,
      ],
    )
    if (rows.length === 0) return false
    await desk.ledger.recordWithin(tx, [passkeyEntry('passkey-added', caller, credential.id)])
    return true
  })
  if (!added) return refuseSignIn(desk, known, { code: 'wrong-credentials', reason: 'passkey-refused' })
  return { outcome: 'added', id: credential.id }
}

/** A lost key is worth nothing from this entry on. @returns false when the person has no such key. */
export async function removePasskey(desk: IdentityDesk, caller: Caller, id: string): Promise<boolean> {
  return desk.database.transaction(async (tx) => {
    const rows = await tx.query('delete from passkey where credential_id = $1 and person_id = $2 returning name', [
      id,
      caller.person,
    ])
    if (rows.length === 0) return false
    await desk.ledger.recordWithin(tx, [passkeyEntry('passkey-removed', caller, id)], { raisesEpoch: true })
    return true
  })
}

interface StoredPasskey {
  readonly person: PersonId
  readonly publicKey: Buffer
  readonly counter: number
  readonly transports: AuthenticatorTransport[]
}

type PasskeyProof =
  | { readonly person: PersonId; readonly methods: readonly string[] }
  | { readonly reason: 'unknown-passkey' | 'passkey-refused'; readonly facts?: Pick<SignInFacts, 'person'> }

/** WebAuthn L3 §7.2: challenge, origin, user verification, signature and counter are the library's; the owner is ours. */
async function provePasskey(desk: IdentityDesk, challenge: string, response: unknown): Promise<PasskeyProof> {
  const given = response as AuthenticationResponseJSON
  const [stored] = await desk.database.query<StoredPasskey>(
    `select person_id as person, public_key as "publicKey", counter, transports from passkey where credential_id = $1`,
    [typeof given?.id === 'string' ? given.id : ''],
  )
  if (!stored) return { reason: 'unknown-passkey' }
  const refused: PasskeyProof = { reason: 'passkey-refused', facts: { person: stored.person } }
  const handle = given.response?.userHandle
  if (handle !== undefined && handle !== Buffer.from(userHandleOf(stored.person)).toString('base64url')) return refused

  const credential: WebAuthnCredential = {
    id: given.id,
    publicKey: new Uint8Array(stored.publicKey),
    counter: stored.counter,
    transports: stored.transports,
  }
  const verified = await verifyAuthenticationResponse({
    response: given,
    expectedChallenge: challenge,
    ...expected(desk),
    credential,
    requireUserVerification: true,
  }).catch((): { verified: false } => ({ verified: false }))
  if (!verified.verified) return refused

  const { newCounter, credentialDeviceType } = verified.authenticationInfo
  await desk.database.query(
    `update passkey set counter = $2, last_used_at = to_timestamp($3::bigint / 1000.0) where credential_id = $1`,
    [given.id, newCounter, desk.clock.now()],
  )
  return { person: stored.person, methods: [credentialDeviceType === 'multiDevice' ? 'swk' : 'hwk', 'user', 'mfa'] }
}

function expected(desk: IdentityDesk): { expectedOrigin: string; expectedRPID: string } {
  const { rpId, origin } = relyingPartyOf(desk.publicUrl())
  return { expectedOrigin: origin, expectedRPID: rpId }
}

/** WebAuthn L3 §14.6.1: a user handle holds nothing that tells who it is. */
function userHandleOf(person: PersonId): Uint8Array<ArrayBuffer> {
  return new Uint8Array(digestOf(`passkey user handle of ${person}`))
}

function passkeyEntry(change: string, caller: Caller, credential: string) {
  const entry = signInEntry('step-up', {
    person: caller.person,
    session: caller.session,
    assurance: caller.assurance,
    methods: caller.methods,
    terminal: caller.terminal,
    channel: 'console',
    detail: { change, credential },
  })
  return { ...entry, kind: 'authority-change' as const }
}
