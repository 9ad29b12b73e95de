import { isIP } from 'node:net'

/** Whose passkeys they are: a host name, never an address (WebAuthn L3 §5.1.2). */
export interface RelyingParty {
  readonly rpId: string
  readonly origin: string
}

/** A server reached by its loopback address has passkeys as `localhost`, where a browser allows them. */
export function relyingPartyOf(publicUrl: string): RelyingParty {
  const url = new URL(publicUrl)
  if (!/^(127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)) return { rpId: url.hostname, origin: url.origin }
  return { rpId: 'localhost', origin: `${url.protocol}//localhost${url.port && `:${url.port}`}` }
}

/** Browsers know passkeys only where the connection is secure, or on this very machine. */
export function passkeysAreAvailable(publicUrl: string): boolean {
  const { rpId } = relyingPartyOf(publicUrl)
  if (rpId === 'localhost') return true
  return publicUrl.startsWith('https:') && isIP(rpId.replace(/^\[|\]$/g, '')) === 0
}
