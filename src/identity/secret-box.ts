import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { chmod, link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { IdentityFailure } from './errors.ts'

const nonceBytes = 12
const tagBytes = 16

/** Seals seeds of one-time codes at rest, so that a copy of the database alone cannot make codes. AES-256-GCM. */
export interface SecretBox {
  /** `owner` is bound in: what was sealed for one person does not open for another. */
  seal(text: string, owner: string): Buffer
  open(sealed: Buffer, owner: string): string
}

/** Its key is DATA_DIR/keys/identity.key, made on first use, mode 0600. */
export async function openSecretBox(dataDir: string): Promise<SecretBox> {
  const key = await keyOf(dataDir)
  return {
    seal(text, owner) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(owner))
      return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
    },
    open(sealed, owner) {
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), {
          authTagLength: tagBytes,
        })
          .setAAD(Buffer.from(owner))
          .setAuthTag(sealed.subarray(-tagBytes))
        return decipher.update(sealed.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8')
      } catch (cause) {
        throw new IdentityFailure('identity-key-unusable', 'a sealed secret does not open with this key', { cause })
      }
    },
  }
}

async function keyOf(dataDir: string): Promise<Buffer> {
  const folder = join(dataDir, 'keys')
  const file = join(folder, 'identity.key')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await makeOnce(file)
  const mode = (await stat(file)).mode & 0o777
  if ((mode & 0o077) !== 0) {
    throw new IdentityFailure('identity-key-unusable', `${file} is open to others (mode ${mode.toString(8)})`)
  }
  const key = Buffer.from((await readFile(file, 'utf8')).trim(), 'base64url')
  if (key.length !== 32) throw new IdentityFailure('identity-key-unusable', `${file} is not a key of 32 bytes`)
  return key
}

/** Whole or not at all, also when two processes start at once: written aside, then linked under its name. */
async function makeOnce(file: string): Promise<void> {
  const aside = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  await writeFile(aside, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' })
  await chmod(aside, 0o600)
  try {
    await link(aside, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(aside)
  }
}
