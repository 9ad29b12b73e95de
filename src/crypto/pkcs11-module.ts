import { CryptoFailure } from './errors.ts'

export type Pkcs11Handle = Buffer
interface Attribute {
  readonly type: number
  readonly value?: Buffer | number | string
}

/** What is used of `pkcs11js`: Cryptoki (PKCS #11 v2.40 and v3.0) as it is. */
export interface Pkcs11Module {
  load(path: string): void
  C_Initialize(): void
  C_GetSlotList(tokenPresent: boolean): Pkcs11Handle[]
  C_GetTokenInfo(slot: Pkcs11Handle): { readonly label: string; readonly serialNumber: string; readonly flags: number }
  C_OpenSession(slot: Pkcs11Handle, flags: number): Pkcs11Handle
  C_CloseSession(session: Pkcs11Handle): void
  C_Login(session: Pkcs11Handle, user: number, pin: string): void
  C_FindObjectsInit(session: Pkcs11Handle, template: readonly Attribute[]): void
  C_FindObjects(session: Pkcs11Handle, max: number): Pkcs11Handle[]
  C_FindObjectsFinal(session: Pkcs11Handle): void
  C_GetAttributeValue(session: Pkcs11Handle, object: Pkcs11Handle, wanted: readonly Attribute[]): Attribute[]
  C_SignInit(session: Pkcs11Handle, mechanism: { readonly mechanism: number }, key: Pkcs11Handle): void
  C_SignAsync(session: Pkcs11Handle, message: Buffer, room: Buffer): Promise<Buffer>
}

/** Numbers of PKCS #11 v3.0, `pkcs11t.h`. */
export const pkcs11 = {
  CKA_CLASS: 0x000,
  CKA_LABEL: 0x003,
  CKA_KEY_TYPE: 0x100,
  CKA_ID: 0x102,
  CKA_EC_PARAMS: 0x180,
  CKA_EC_POINT: 0x181,
  CKO_PUBLIC_KEY: 2,
  CKO_PRIVATE_KEY: 3,
  CKF_SERIAL_SESSION: 4,
  CKF_TOKEN_INITIALIZED: 0x400,
  CKU_USER: 1,
  CKM_ECDSA: 0x1041,
  CKM_EDDSA: 0x1057,
  CKR_USER_ALREADY_LOGGED_IN: 0x100,
  CKR_CRYPTOKI_ALREADY_INITIALIZED: 0x191,
} as const

/**
 * @param driver native code and optional: only who keeps a key in a module needs it.
 * @throws {CryptoFailure} `key-module-missing` when the driver is not installed or the module cannot be loaded.
 */
export async function loadPkcs11(modulePath: string, driver = 'pkcs11js'): Promise<Pkcs11Module> {
  let cryptoki: Pkcs11Module
  try {
    const { default: loaded } = (await import(driver)) as { default: { PKCS11: new () => Pkcs11Module } }
    cryptoki = new loaded.PKCS11()
  } catch (cause) {
    throw new CryptoFailure(
      'key-module-missing',
      `the optional package ${driver} is not installed, so no PKCS #11 module can be used: npm install ${driver}`,
      { cause },
    )
  }
  try {
    cryptoki.load(modulePath)
  } catch (cause) {
    throw new CryptoFailure('key-module-missing', `the PKCS #11 module ${modulePath} cannot be loaded`, { cause })
  }
  ignoring(pkcs11.CKR_CRYPTOKI_ALREADY_INITIALIZED, () => cryptoki.C_Initialize())
  return cryptoki
}

/** Runs `call`; one answer of the module that is not `CKR_OK` is as good. */
export function ignoring(code: number, call: () => void): void {
  try {
    call()
  } catch (error) {
    if (!(error instanceof Error) || (error as Error & { code?: unknown }).code !== code) throw error
  }
}
