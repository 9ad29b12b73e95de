import { assertionAlgorithms } from './application.ts'

/** SMART App Launch 2.2 §conformance: what a client needs to know to ask for a token. */
export function smartConfiguration(publicUrl: string): Readonly<Record<string, unknown>> {
  return {
    token_endpoint: `${publicUrl}/oauth/token`,
    introspection_endpoint: `${publicUrl}/oauth/introspect`,
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: [...assertionAlgorithms],
    scopes_supported: ['system/*.rs', 'system/*.cruds'],
    capabilities: ['client-confidential-asymmetric', 'permission-v2'],
    code_challenge_methods_supported: ['S256'],
  }
}
