import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { createPublicKey, type KeyObject } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ecdsaP256 } from './ecdsa-p256.ts'
import { parseKeyAddress } from './key-address.ts'
import { openSigningKey } from './open-signing-key.ts'
import type { SignatureScheme } from './signature-scheme.ts'
import { openNote, parseVerifierKey, signNote } from './signed-note.ts'
import { keyNoteSigner } from './signing-key.ts'
import { guomi, international, type SuiteName } from './suite.ts'

let folder: string
const servers: Server[] = []
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chartward-signing-'))
})
after(async () => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  await rm(folder, { recursive: true, force: true })
})

const name = 'chartward.local/hospital'
const text = `${name}\n7\nroot\n`
const open = (address: string, suite: SuiteName = 'international', timeoutMs = 5_000) =>
  openSigningKey(parseKeyAddress('LEDGER_KEY', address), suite, timeoutMs)

async function listen(server: Server): Promise<number> {
  servers.push(server)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return (server.address() as AddressInfo).port
}

async function publicKeyFile(key: KeyObject): Promise<string> {
  const path = join(folder, `${crypto.randomUUID()}.pub`)
  await writeFile(path, createPublicKey(key).export({ type: 'spki', format: 'pem' }))
  return path
}

/** A signing service that does what a real one does, with the key it was given. */
function service(
  scheme: SignatureScheme,
  key: KeyObject,
  seen: { authorization?: string | undefined; type?: string | undefined },
): RequestListener {
  return (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      seen.authorization = request.headers.authorization
      seen.type = request.headers['content-type']
      response.end(`${scheme.sign(Buffer.concat(chunks), key).toString('base64')}\n`)
    })
  }
}

for (const suite of ['international', 'guomi'] as const) {
  test(`${suite}: a key in a file is made once and signs notes`, async () => {
    const address = `file:${join(folder, `${suite}.pem`)}`
    const [one, two] = [await open(address, suite), await open(address, suite)]
    assert.deepEqual(one.publicKey, two.publicKey)
    const signer = keyNoteSigner(name, one)
    const note = await signNote(text, [signer])
    assert.equal(openNote(note, [parseVerifierKey(keyNoteSigner(name, two).verifierKey)]).text, text)
    await one.close()
  })
}

test('a key of another suite is refused', async () => {
  const path = join(folder, 'international.pem')
  await assert.rejects(open(`file:${path}`, 'guomi'), { code: 'malformed' })
  const key = guomi.generatePrivateKey()
  await assert.rejects(open(`http://127.0.0.1:1/#public-key=${await publicKeyFile(key)}`), { code: 'malformed' })
  await assert.rejects(open(`http://127.0.0.1:1/#public-key=${path}.none`), { code: 'malformed' })
  await writeFile(join(folder, 'nothing.pub'), 'no key')
  await assert.rejects(open(`http://127.0.0.1:1/#public-key=${join(folder, 'nothing.pub')}`), { code: 'malformed' })
})

for (const scheme of [international, ecdsaP256, guomi] as const) {
  test(`a service signs with ${scheme.algorithm}, and knows who asks by a token that may change`, async () => {
    const key = scheme.generatePrivateKey()
    const seen: { authorization?: string | undefined; type?: string | undefined } = {}
    const port = await listen(createServer(service(scheme, key, seen)))
    const tokenFile = join(folder, `${scheme.algorithm}.token`)
    await writeFile(tokenFile, 'first\n')
    const address = `http://127.0.0.1:${port}/sign#public-key=${await publicKeyFile(key)}&token=${tokenFile}`
    const signer = keyNoteSigner(name, await open(address, scheme === guomi ? 'guomi' : 'international'))
    assert.equal(openNote(await signNote(text, [signer]), [parseVerifierKey(signer.verifierKey)]).text, text)
    assert.deepEqual(seen, { authorization: 'Bearer first', type: 'application/octet-stream' })
    await writeFile(tokenFile, 'second\n')
    await signer.sign(text)
    assert.equal(seen.authorization, 'Bearer second')
  })
}

const answers: readonly (readonly [string, string, RequestListener])[] = [
  ['refuses', 'key-unavailable', (_, response) => response.writeHead(403).end('no')],
  ['sends elsewhere', 'key-unavailable', (_, response) => response.writeHead(302, { location: '/other' }).end()],
  ['breaks off', 'key-unavailable', (request) => request.socket.destroy()],
  ['says nothing', 'key-unavailable', () => {}],
  ['says half and stops', 'key-unavailable', (_, response) => void response.writeHead(200).write('AAAA')],
  ['talks without end', 'key-unavailable', (_, response) => response.end('A'.repeat(100_000))],
  ['answers no base64', 'key-answer-wrong', (_, response) => response.end('{"signature":"AAAA"}')],
  ['answers nothing', 'key-answer-wrong', (_, response) => response.end()],
  ['answers a wrong signature', 'key-answer-wrong', (_, response) => response.end(Buffer.alloc(64).toString('base64'))],
  ['signs with another key', 'key-answer-wrong', service(international, international.generatePrivateKey(), {})],
]
for (const [what, code, listener] of answers) {
  test(`a service that ${what} yields no signature: ${code}`, async () => {
    const port = await listen(createServer(listener))
    const file = await publicKeyFile(international.generatePrivateKey())
    const signer = keyNoteSigner(
      name,
      await open(`http://127.0.0.1:${port}/sign#public-key=${file}`, 'international', 300),
    )
    await assert.rejects(signer.sign(text), { code })
  })
}

test('a service that is not there does not hinder the start, and signs once it is', async () => {
  const key = international.generatePrivateKey()
  const server = createServer(service(international, key, {}))
  const port = await listen(server)
  await new Promise((closed) => server.close(closed))
  const signer = keyNoteSigner(name, await open(`http://127.0.0.1:${port}/sign#public-key=${await publicKeyFile(key)}`))
  await assert.rejects(signer.sign(text), { code: 'key-unavailable' })
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening))
  await signer.sign(text)
})

const openssl = spawnSync('openssl', ['version']).status === 0
test('a service may ask for a certificate, and must show one', {
  skip: openssl ? false : 'there is no openssl here',
}, async () => {
  const at = (file: string) => join(folder, file)
  const make = (who: string, ...more: string[]) =>
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '2',
        '-subj',
        `/CN=${who}`,
      ].concat(['-keyout', at(`${who}.key`), '-out', at(`${who}.crt`)], more),
      { stdio: 'ignore' },
    )
  make('service', '-addext', 'subjectAltName=IP:127.0.0.1')
  make('client')
  const key = international.generatePrivateKey()
  const server = createSecureServer(
    {
      key: await readFile(at('service.key')),
      cert: await readFile(at('service.crt')),
      ca: await readFile(at('client.crt')),
      requestCert: true,
      rejectUnauthorized: true,
    },
    service(international, key, {}),
  )
  const address = `https://127.0.0.1:${await listen(server)}/sign#public-key=${await publicKeyFile(key)}`
  const client = `&certificate=${at('client.crt')}&key=${at('client.key')}`
  const signWith = async (more: string) => await keyNoteSigner(name, await open(`${address}${more}`)).sign(text)
  await assert.rejects(signWith(''), { code: 'key-unavailable' })
  await assert.rejects(signWith(client), { code: 'key-unavailable' })
  await assert.rejects(signWith(`&ca=${at('service.crt')}`), { code: 'key-unavailable' })
  await assert.rejects(signWith(`${client}&ca=${at('client.crt')}`), { code: 'key-unavailable' })
  assert.equal((await signWith(`${client}&ca=${at('service.crt')}`)).length, 64)
})
