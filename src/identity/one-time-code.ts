import { Secret, TOTP } from 'otpauth'

const periodSeconds = 30

/** RFC 6238 with what every authenticator app speaks: SHA-1, six digits, thirty seconds. */
const totpOf = (secretBase32: string): TOTP =>
  new TOTP({ secret: Secret.fromBase32(secretBase32), digits: 6, period: periodSeconds, algorithm: 'SHA1' })

/** @returns the time step the code belongs to (one step of clock drift either way), or undefined when it is wrong. */
export function stepOfCode(secretBase32: string, code: string, atMs: number): number | undefined {
  const drift = totpOf(secretBase32).validate({ token: code, timestamp: atMs, window: 1 })
  return drift === null ? undefined : Math.floor(atMs / 1000 / periodSeconds) + drift
}

export const codeAt = (secretBase32: string, atMs: number): string => totpOf(secretBase32).generate({ timestamp: atMs })

/** 160 bits, as RFC 4226 §4 R6 recommends. */
export const newCodeSecret = (): string => new Secret({ size: 20 }).base32

export const codeSecretIsUsable = (secretBase32: string): boolean =>
  /^[A-Z2-7]+=*$/.test(secretBase32) && Secret.fromBase32(secretBase32).bytes.length >= 16

/** `otpauth://` address for a QR code. */
export const codeSecretUri = (secretBase32: string, issuer: string, label: string): string => {
  const totp = totpOf(secretBase32)
  totp.issuer = issuer
  totp.label = label
  return totp.toString()
}
