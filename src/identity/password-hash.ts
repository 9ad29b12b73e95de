import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/** OWASP Password Storage Cheat Sheet: argon2id, 19 MiB, 2 passes, 1 lane; about 30 ms of one core. */
const strength = { memory: 19_456, passes: 2, parallelism: 1 }
const tagBytes = 32

const derive = promisify(argon2)

/** @returns a PHC string: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`, RFC 9106. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await argon2id(password, salt, strength)
  const { memory, passes, parallelism } = strength
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(hash)}`
}

/** Without a stored hash it costs as much and is false: an answer's delay does not tell whether an account exists. */
export async function passwordMatches(password: string, stored: string | undefined): Promise<boolean> {
  const parsed = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(stored ?? '')
  if (!parsed) {
    await argon2id(password, Buffer.alloc(16), strength)
    return false
  }
  const [, memory, passes, parallelism, salt, hash] = parsed
  const expected = Buffer.from(hash!, 'base64')
  const actual = await argon2id(
    password,
    Buffer.from(salt!, 'base64'),
    { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    expected.length,
  )
  return timingSafeEqual(actual, expected)
}

/** Unicode in one form (NFKC), as SP 800-63B §3.1.1.2 asks: the same key strokes give the same bytes everywhere. */
async function argon2id(
  password: string,
  nonce: Buffer,
  cost: { memory: number; passes: number; parallelism: number },
  tagLength = tagBytes,
): Promise<Buffer> {
  return await derive('argon2id', { message: password.normalize('NFKC'), nonce, tagLength, ...cost })
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')
