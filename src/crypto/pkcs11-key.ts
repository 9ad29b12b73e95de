import { readFile } from 'node:fs/promises'
import { CryptoFailure } from './errors.ts'
import type { Pkcs11Address } from './key-address.ts'
import { type KeyKind, keyKinds } from './pkcs11-key-kind.ts'
import { ignoring, loadPkcs11, type Pkcs11Handle, type Pkcs11Module, pkcs11 } from './pkcs11-module.ts'
import { readPublicKeyFile, type SigningKey } from './signing-key.ts'

/** A session that is logged in and has found its key. */
interface OpenToken {
  readonly cryptoki: Pkcs11Module
  readonly session: Pkcs11Handle
  readonly privateKey: Pkcs11Handle
  readonly kind: KeyKind
  readonly publicKey: Buffer
}

/**
 * A key that never leaves its module (PKCS #11): Ed25519 where the module has CKM_EDDSA (PKCS #11 v3.0), else P-256 by
 * CKM_ECDSA. There is no standard mechanism for SM2; 国密 modules speak GM/T 0016 and GM/T 0018, and a signing service
 * stands before them. After any error the session is given up, and the next signature opens another.
 * @throws {CryptoFailure} `key-module-missing`, `key-unavailable`, `key-not-found`. With `publicKeyFile`, only what is
 * wrong here is told at once; the token may be away until the first signature.
 */
export async function openPkcs11Key(address: Pkcs11Address, timeoutMs: number): Promise<SigningKey> {
  const cryptoki = await loadPkcs11(address.modulePath)
  const description = `pkcs11:${address.token ?? address.serial ?? address.slot ?? ''}/${address.object ?? address.id?.toString('hex')}`
  let open: OpenToken | undefined
  const expected = address.publicKeyFile
    ? await readPublicKeyFile(address.publicKeyFile)
    : await openToken(cryptoki, address, description).then((token) => {
        open = token
        return { scheme: token.kind.scheme, publicKey: token.publicKey }
      })

  const signOnce = async (message: Uint8Array): Promise<Buffer> => {
    try {
      open ??= await openToken(cryptoki, address, description)
      if (!open.publicKey.equals(expected.publicKey)) {
        throw new CryptoFailure('key-answer-wrong', `${description} holds another key than it did`)
      }
      return await signWith(open, message, timeoutMs)
    } catch (cause) {
      closeQuietly(open)
      open = undefined
      if (cause instanceof CryptoFailure) throw cause
      throw new CryptoFailure('key-unavailable', `the module does not sign with ${description}`, { cause })
    }
  }
  // A session has one operation at a time.
  let last: Promise<unknown> = Promise.resolve()
  return {
    ...expected,
    description,
    sign(message) {
      const turn = last.then(() => signOnce(message))
      last = turn.catch(() => {})
      return turn
    },
    async close() {
      await last
      closeQuietly(open)
      open = undefined
    },
  }
}

async function openToken(cryptoki: Pkcs11Module, address: Pkcs11Address, description: string): Promise<OpenToken> {
  let session: Pkcs11Handle | undefined
  try {
    const pin = (await readFile(address.pinFile, 'utf8')).replace(/\r?\n$/, '')
    session = cryptoki.C_OpenSession(slotOf(cryptoki, address, description), pkcs11.CKF_SERIAL_SESSION)
    const opened = session
    ignoring(pkcs11.CKR_USER_ALREADY_LOGGED_IN, () => cryptoki.C_Login(opened, pkcs11.CKU_USER, pin))
    const privateKey = findOne(cryptoki, session, pkcs11.CKO_PRIVATE_KEY, address, description)
    const publicObject = findOne(cryptoki, session, pkcs11.CKO_PUBLIC_KEY, address, description)
    const [parameters, point] = cryptoki.C_GetAttributeValue(session, publicObject, [
      { type: pkcs11.CKA_EC_PARAMS },
      { type: pkcs11.CKA_EC_POINT },
    ])
    const kind = keyKinds.find((each) => each.parameters.some((known) => known.equals(bytesOf(parameters))))
    const publicKey = kind?.publicKey(bytesOf(point))
    if (!kind || !publicKey) {
      throw new CryptoFailure('key-not-found', `${description} is neither an Ed25519 nor a P-256 key`)
    }
    return { cryptoki, session, privateKey, kind, publicKey }
  } catch (cause) {
    if (session) closeSession(cryptoki, session)
    if (cause instanceof CryptoFailure) throw cause
    throw new CryptoFailure('key-unavailable', `the token of ${description} cannot be opened`, { cause })
  }
}

function slotOf(cryptoki: Pkcs11Module, address: Pkcs11Address, description: string): Pkcs11Handle {
  const fits = (slot: Pkcs11Handle): boolean => {
    const { label, serialNumber, flags } = cryptoki.C_GetTokenInfo(slot)
    return (
      (flags & pkcs11.CKF_TOKEN_INITIALIZED) !== 0 &&
      (address.token === undefined || label.trimEnd() === address.token) &&
      (address.serial === undefined || serialNumber.trimEnd() === address.serial) &&
      (address.slot === undefined || slot.readUIntLE(0, 4) === address.slot)
    )
  }
  const [slot, another] = cryptoki.C_GetSlotList(true).filter(fits)
  if (!slot) throw new CryptoFailure('key-unavailable', `there is no token as ${description} asks for`)
  if (another) throw new CryptoFailure('key-not-found', `${description} fits more than one token`)
  return slot
}

function findOne(
  cryptoki: Pkcs11Module,
  session: Pkcs11Handle,
  objectClass: number,
  { object, id }: Pkcs11Address,
  description: string,
): Pkcs11Handle {
  cryptoki.C_FindObjectsInit(session, [
    { type: pkcs11.CKA_CLASS, value: objectClass },
    ...(object === undefined ? [] : [{ type: pkcs11.CKA_LABEL, value: object }]),
    ...(id === undefined ? [] : [{ type: pkcs11.CKA_ID, value: id }]),
  ])
  try {
    const [found, another] = cryptoki.C_FindObjects(session, 2)
    if (found && !another) return found
    const problem = another ? 'fits more than one key' : 'names no key pair of the token'
    throw new CryptoFailure('key-not-found', `${description} ${problem}`)
  } finally {
    cryptoki.C_FindObjectsFinal(session)
  }
}

async function signWith({ cryptoki, session, privateKey, kind }: OpenToken, message: Uint8Array, timeoutMs: number) {
  cryptoki.C_SignInit(session, { mechanism: kind.mechanism }, privateKey)
  const signing = cryptoki.C_SignAsync(session, kind.toSign(message), Buffer.alloc(128))
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no signature within ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    return kind.signatureOf(await Promise.race([signing, late]))
  } finally {
    clearTimeout(timer)
    signing.catch(() => {})
  }
}

const bytesOf = (attribute: { readonly value?: unknown } | undefined): Buffer =>
  Buffer.isBuffer(attribute?.value) ? attribute.value : Buffer.alloc(0)

function closeQuietly(open: OpenToken | undefined): void {
  if (open) closeSession(open.cryptoki, open.session)
}

function closeSession(cryptoki: Pkcs11Module, session: Pkcs11Handle): void {
  try {
    cryptoki.C_CloseSession(session)
  } catch {
    // The token is gone, and its sessions with it.
  }
}
