export { type AccountSummary, usernameOf } from './account.ts'
export { type Application, assertionAlgorithms } from './application.ts'
export type { OAuthRefusal, TokenRequest, TokenResult } from './application-token.ts'
export type { StepUpResult } from './code-sign-in.ts'
export type { Enrolment } from './enrolment.ts'
export { IdentityFailure, type IdentityFailureCode } from './errors.ts'
export {
  csrfHeader,
  deviceCookieName,
  type IdentifyRequest,
  sessionCookieName,
  terminalOf,
  type Unidentified,
} from './identify.ts'
export { type CurrentSession, type Identity, type IdentityOptions, openIdentity, type SignInMeans } from './identity.ts'
export {
  defaultIdentityConfiguration,
  describeIdentityConfiguration,
  type IdentityConfiguration,
  type LdapConfiguration,
  type OidcConfiguration,
  readIdentityConfiguration,
  secretIsDefault,
} from './identity-configuration.ts'
export { type OidcStart, oidcCallbackPath } from './oidc-sign-in.ts'
export { codeAt, codeSecretUri, newCodeSecret } from './one-time-code.ts'
export type { PasskeyAdded, PasskeyAnswer, PasskeyChallenge } from './passkey.ts'
export { parseScope, type ResourceScope, scopeCovers } from './scope.ts'
export type { IssuedSession } from './session.ts'
export type { CodeNeeded, SignedIn, SignInRefusal, SignInRefusalCode, SignInResult } from './sign-in.ts'
export { smartConfiguration } from './smart-configuration.ts'
