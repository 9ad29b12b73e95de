import { readFile } from 'node:fs/promises'
import { type RequestOptions as HttpOptions, request as httpRequest } from 'node:http'
import { type RequestOptions as HttpsOptions, request as httpsRequest } from 'node:https'
import { CryptoFailure } from './errors.ts'
import type { ServiceAddress } from './key-address.ts'
import { readPublicKeyFile, type SigningKey } from './signing-key.ts'

const maxAnswerBytes = 8192

/**
 * A key behind a signing service: `POST <url>` with the bytes to sign as application/octet-stream, answered 200 with
 * the signature in base64 (Ed25519: 64 bytes; ECDSA and SM2: DER, and the service hashes). Redirections are not
 * followed. Nothing is asked before the first signature, so the program starts while the service is away.
 */
export async function openServiceKey(address: ServiceAddress, timeoutMs: number): Promise<SigningKey> {
  const { scheme, publicKey } = await readPublicKeyFile(address.publicKeyFile)
  const { origin, pathname } = new URL(address.url)
  const description = `${origin}${pathname}`
  return {
    scheme,
    publicKey,
    description,
    async sign(message) {
      try {
        const answer = await post(address, message, timeoutMs)
        const signature = Buffer.from(answer.trim(), 'base64')
        if (signature.toString('base64') === answer.trim() && signature.length > 0) return signature
      } catch (cause) {
        throw new CryptoFailure('key-unavailable', `the signing service ${description} does not sign`, { cause })
      }
      throw new CryptoFailure('key-answer-wrong', `the signing service ${description} does not answer in base64`)
    },
    close: async () => {},
  }
}

async function post(address: ServiceAddress, message: Uint8Array, timeoutMs: number): Promise<string> {
  const secure = address.url.startsWith('https:')
  const options: HttpOptions & HttpsOptions = {
    method: 'POST',
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': message.length,
      ...(address.tokenFile && { authorization: `Bearer ${(await readFile(address.tokenFile, 'utf8')).trim()}` }),
    },
    ...(address.certificateFile && { cert: await readFile(address.certificateFile) }),
    ...(address.keyFile && { key: await readFile(address.keyFile) }),
    ...(address.authorityFile && { ca: await readFile(address.authorityFile) }),
  }
  return await new Promise((resolve, reject) => {
    const call = (secure ? httpsRequest : httpRequest)(address.url, options, (response) => {
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > maxAnswerBytes) call.destroy(new RangeError('the answer is too long for a signature'))
        else chunks.push(chunk)
      })
      response.on('error', reject)
      response.on('end', () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString('utf8'))
        else reject(new Error(`status ${response.statusCode}`))
      })
    })
    call.on('error', reject)
    call.end(message)
  })
}
