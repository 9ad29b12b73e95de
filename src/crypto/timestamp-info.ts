import { type DerFields, derFields, derTag, integerOf, objectIdOf, readDer } from './der.ts'
import { CryptoFailure } from './errors.ts'
import { algorithmOf, digestNames } from './signed-data.ts'

/** What a time-stamp authority signed. */
export interface TimestampInfo {
  readonly policy: string
  readonly algorithm: string | undefined
  readonly digest: Buffer
  readonly serial: bigint
  readonly timeMs: number
  readonly accuracyMs?: number
  readonly nonce?: bigint
}

/** TSTInfo (RFC 3161 §2.4.2). @throws {CryptoFailure} `malformed`. */
export function readInfo(content: Buffer): TimestampInfo {
  const fields = derFields(readDer(content))
  fields.take(derTag.integer)
  const policy = objectIdOf(fields.take(derTag.objectId))
  const imprint = derFields(fields.take(derTag.sequence))
  const algorithm = digestNames[algorithmOf(imprint.take(derTag.sequence)).id]
  const digest = imprint.take(derTag.octetString).content
  const serial = integerOf(fields.take(derTag.integer))
  const timeMs = timeOf(fields.take(derTag.generalizedTime).content.toString('latin1'))
  const accuracy = fields.takeIf(derTag.sequence)
  fields.takeIf(derTag.boolean)
  const nonce = fields.takeIf(derTag.integer)
  return {
    policy,
    algorithm,
    digest,
    serial,
    timeMs,
    ...(accuracy && { accuracyMs: accuracyMsOf(derFields(accuracy)) }),
    ...(nonce && { nonce: integerOf(nonce) }),
  }
}

/** GeneralizedTime as RFC 3161 restricts it: UTC with seconds, perhaps a fraction. */
function timeOf(text: string): number {
  const [, year, month, day, hour, minute, second, fraction = ''] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d*[1-9])?Z$/.exec(text) ?? []
  const timeMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}Z`)
  if (Number.isNaN(timeMs)) throw new CryptoFailure('malformed', 'a time-stamp has no time')
  return timeMs
}

function accuracyMsOf(fields: DerFields): number {
  const seconds = fields.takeIf(derTag.integer)
  const millis = fields.takeIf(0x80)
  const micros = fields.takeIf(0x81)
  const small = (value: { readonly content: Buffer } | undefined) =>
    value && value.content.length > 0 ? Number(BigInt(`0x${value.content.toString('hex')}`)) : 0
  return Number(seconds ? integerOf(seconds) : 0n) * 1000 + small(millis) + small(micros) / 1000
}
