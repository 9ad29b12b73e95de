import type { KeyObject } from 'node:crypto'
import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ed25519 } from './ed25519.ts'
import { CryptoFailure } from './errors.ts'
import type { SignatureScheme } from './signature-scheme.ts'

/**
 * A private key in a file (PKCS #8 PEM, mode 0600), made on first use and never written again. Several processes may
 * ask at once: one key wins, and all get it. Trusted for: keeping the key from other users of the machine. Whoever
 * owns the file can sign as us.
 * @throws {CryptoFailure} `key-file-unsafe` when others may read the file; `malformed` when it holds no such key.
 */
export async function openKeyFile(path: string, scheme: SignatureScheme = ed25519): Promise<KeyObject> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const { mode } = await stat(path).catch(async (error: unknown) => {
    if (!isCode(error, 'ENOENT')) throw error
    await createOnce(path, scheme.generatePrivateKey().export({ type: 'pkcs8', format: 'pem' }) as string)
    return await stat(path)
  })
  if ((mode & 0o077) !== 0) {
    throw new CryptoFailure('key-file-unsafe', `${path} is open to others (mode ${(mode & 0o777).toString(8)})`)
  }
  return scheme.privateKeyFrom(await readFile(path, 'utf8'))
}

/** Writes the whole file under another name, then links it: nobody sees half a key, and the first link stays. */
async function createOnce(path: string, content: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  try {
    await link(draft, path)
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
  } finally {
    await unlink(draft)
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code
}
