import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InvalidInput } from '../kernel/index.ts'
import { type KeyAddress, parseKeyAddress } from './key-address.ts'

const addresses: readonly (readonly [string, KeyAddress])[] = [
  ['file:keys/ledger.pem', { kind: 'file', path: 'keys/ledger.pem' }],
  ['file:/etc/chartward/ledger.pem', { kind: 'file', path: '/etc/chartward/ledger.pem' }],
  ['file:///etc/chartward/ledger.pem', { kind: 'file', path: '/etc/chartward/ledger.pem' }],
  [
    'pkcs11:token=chart%20ward;object=ledger;type=private?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/run/pin',
    {
      kind: 'pkcs11',
      modulePath: '/usr/lib/softhsm/libsofthsm2.so',
      pinFile: '/run/pin',
      token: 'chart ward',
      object: 'ledger',
    },
  ],
  [
    'pkcs11:slot-id=3;serial=ab12;id=%01%ff%20?module-path=m.so&pin-source=/run/pin&public-key=file:///etc/ledger.pub',
    {
      kind: 'pkcs11',
      modulePath: 'm.so',
      pinFile: '/run/pin',
      slot: 3,
      serial: 'ab12',
      id: Buffer.from([0x01, 0xff, 0x20]),
      publicKeyFile: '/etc/ledger.pub',
    },
  ],
  [
    'https://sign.hospital.example/v1/sign?key=7#public-key=/etc/ledger.pub&token=/run/token&certificate=c.pem&key=k.pem&ca=a.pem',
    {
      kind: 'service',
      url: 'https://sign.hospital.example/v1/sign?key=7',
      publicKeyFile: '/etc/ledger.pub',
      tokenFile: '/run/token',
      certificateFile: 'c.pem',
      keyFile: 'k.pem',
      authorityFile: 'a.pem',
    },
  ],
  [
    'http://127.0.0.1:8080/sign#public-key=p',
    { kind: 'service', url: 'http://127.0.0.1:8080/sign', publicKeyFile: 'p' },
  ],
]

test('an address says where a key is kept', () => {
  for (const [text, address] of addresses) assert.deepEqual(parseKeyAddress('LEDGER_KEY', text), address, text)
})

const refused: readonly (readonly [text: string, ...rules: string[]])[] = [
  ['', 'scheme'],
  ['ledger.pem', 'scheme'],
  ['ftp://host/key', 'scheme'],
  ['file:', 'file'],
  ['pkcs11:', 'module-path', 'pin-source', 'object'],
  ['pkcs11:object=a', 'module-path', 'pin-source'],
  ['pkcs11:object=a?module-path=m.so&pin-value=1234', 'pin-value', 'pin-source'],
  ['pkcs11:object=a;object=b?module-path=m.so&pin-source=p', 'object'],
  ['pkcs11:object=a;colour=red?module-path=m.so&pin-source=p', 'colour'],
  ['pkcs11:object=%zz?module-path=m.so&pin-source=p', 'object', 'object'],
  ['pkcs11:object=%ff?module-path=m.so&pin-source=p', 'object', 'object'],
  ['pkcs11:object=a;slot-id=x?module-path=m.so&pin-source=p', 'slot-id'],
  ['pkcs11:object=a;type=public?module-path=m.so&pin-source=p', 'type'],
  ['https://', 'url'],
  ['https://sign.example/', 'public-key'],
  ['https://sign.example/#public-key=', 'public-key', 'public-key'],
  ['https://sign.example/#public-key=p&retries=3', 'retries'],
  ['https://sign.example/#public-key=p&certificate=c', 'certificate'],
  ['https://me:secret@sign.example/#public-key=p', 'url'],
  ['http://sign.example/#public-key=p', 'url'],
]

test('an address that breaks a rule names the setting and every rule, in both languages, and repeats no secret', () => {
  for (const [text, ...rules] of refused) {
    assert.throws(
      () => parseKeyAddress('LEDGER_GM_KEY', text),
      (error: unknown) => {
        assert.ok(error instanceof InvalidInput, text)
        assert.deepEqual(
          error.issues.map(({ rule }) => rule),
          rules,
          text,
        )
        for (const { field, zh, en } of error.issues) {
          assert.equal(field, 'LEDGER_GM_KEY')
          assert.match(zh, /\p{Script=Han}/u)
          assert.doesNotMatch(en, /\p{Script=Han}/u)
          assert.doesNotMatch(zh + en, /1234|secret/)
        }
        return true
      },
    )
  }
})
