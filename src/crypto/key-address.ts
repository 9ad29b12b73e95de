import { type InputIssue, InvalidInput } from '../kernel/index.ts'

/** Where a signing key is kept, as one text of configuration says it. */
export type KeyAddress = { readonly kind: 'file'; readonly path: string } | Pkcs11Address | ServiceAddress

/** RFC 7512. */
export interface Pkcs11Address {
  readonly kind: 'pkcs11'
  readonly modulePath: string
  /** Which token: by label, serial or slot. All that are given must fit. */
  readonly token?: string
  readonly serial?: string
  readonly slot?: number
  /** Which key: by label, id or both. */
  readonly object?: string
  readonly id?: Buffer
  /** The PIN is read from this file, so that it stands in no environment and no list of processes. */
  readonly pinFile: string
  /** With it, the program starts while the token is away. */
  readonly publicKeyFile?: string
}

export interface ServiceAddress {
  readonly kind: 'service'
  readonly url: string
  /** PEM. Signatures are verified with it: the service cannot choose the key. */
  readonly publicKeyFile: string
  /** Sent as bearer token; read anew for every signature. */
  readonly tokenFile?: string
  /** Of the client, for mutual TLS, and whom the service's certificate must lead to. */
  readonly certificateFile?: string
  readonly keyFile?: string
  readonly authorityFile?: string
}

/**
 * `file:<path>`, `pkcs11:token=…;object=…?module-path=…&pin-source=file:…` (RFC 7512), or
 * `https://host/path#public-key=<file>&token=<file>&certificate=<file>&key=<file>&ca=<file>`: what stands behind `#` is
 * for us and is not sent. Plain http is for the own machine only.
 * @param field names the setting in the issues.
 * @throws {InvalidInput} with every part that breaks its rule.
 */
export function parseKeyAddress(field: string, text: string): KeyAddress {
  const refuse = refusals(field)
  if (text.startsWith('file:')) {
    const path = text.slice('file:'.length).replace(/^\/\/(?=\/)/, '')
    if (path === '') refuse.add('file', '缺少文件路径', 'the path of the file is missing')
    return refuse.orElse({ kind: 'file', path })
  }
  if (text.startsWith('pkcs11:')) return pkcs11Address(text.slice('pkcs11:'.length), refuse)
  if (/^https?:\/\//.test(text)) return serviceAddress(text, refuse)
  refuse.add('scheme', '须以 file:、pkcs11: 或 https:// 开头', 'it begins with file:, pkcs11: or https://')
  return refuse.orElse({ kind: 'file', path: '' })
}

function pkcs11Address(text: string, refuse: Refusals): Pkcs11Address {
  const [path = '', query = ''] = text.split('?', 2)
  const known = ['token', 'serial', 'slot-id', 'object', 'id', 'type']
  const part = readPairs(path, ';', known, refuse)
  const ask = readPairs(query, '&', ['module-path', 'pin-source', 'public-key'], refuse)
  const modulePath = ask.get('module-path') ?? ''
  if (modulePath === '')
    refuse.add('module-path', '缺少 PKCS#11 模块路径', 'the path of the PKCS #11 module is missing')
  const pinFile = fileOf(ask.get('pin-source') ?? '')
  if (pinFile === '') {
    refuse.add(
      'pin-source',
      '缺少存放 PIN 的文件（pin-source=file:…）',
      'the file with the PIN is missing (pin-source=file:…)',
    )
  }
  if (!part.has('object') && !part.has('id')) {
    refuse.add('object', '须以 object 或 id 指明密钥', 'the key is named by object or id')
  }
  const slotText = part.get('slot-id')
  if (slotText !== undefined && !/^(0|[1-9][0-9]{0,9})$/.test(slotText)) {
    refuse.add('slot-id', '须为非负整数', 'it is a whole number')
  }
  const type = part.get('type')
  if (type !== undefined && type !== 'private') refuse.add('type', '须为 private', 'it is private')
  const [token, serial, object, id] = ['token', 'serial', 'object', 'id'].map((name) => part.get(name))
  const publicKeyFile = ask.get('public-key')
  return refuse.orElse({
    kind: 'pkcs11',
    modulePath,
    pinFile,
    ...(token !== undefined && { token }),
    ...(serial !== undefined && { serial }),
    ...(slotText !== undefined && { slot: Number(slotText) }),
    ...(object !== undefined && { object }),
    // An id is bytes, written one escape a byte (RFC 7512 §2.3).
    ...(id !== undefined && { id: Buffer.from(id, 'latin1') }),
    ...(publicKeyFile !== undefined && { publicKeyFile: fileOf(publicKeyFile) }),
  })
}

function serviceAddress(text: string, refuse: Refusals): ServiceAddress {
  const url = URL.parse(text)
  if (!url) {
    refuse.add('url', '不是网址', 'it is not a URL')
    return refuse.orElse({ kind: 'service', url: '', publicKeyFile: '' })
  }
  const names = ['public-key', 'token', 'certificate', 'key', 'ca']
  const part = readPairs(url.hash.slice(1), '&', names, refuse)
  url.hash = ''
  if (url.protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)) {
    refuse.add('url', '除本机外须用 https', 'https, unless it is this machine')
  }
  if (url.username !== '' || url.password !== '') {
    refuse.add('url', '网址中不得带口令，请用 token=文件', 'no password in the URL: give token=<file>')
  }
  const [publicKeyFile = '', tokenFile, certificateFile, keyFile, authorityFile] = names.map((name) => part.get(name))
  if (publicKeyFile === '') {
    refuse.add(
      'public-key',
      '缺少公钥文件，无法核对签名',
      'the file of the public key is missing: signatures are verified with it',
    )
  }
  if ((certificateFile === undefined) !== (keyFile === undefined)) {
    refuse.add('certificate', '客户端证书与私钥须同时给出', 'certificate and key of the client come together')
  }
  return refuse.orElse({
    kind: 'service',
    url: url.href,
    publicKeyFile,
    ...(tokenFile !== undefined && { tokenFile }),
    ...(certificateFile !== undefined && { certificateFile }),
    ...(keyFile !== undefined && { keyFile }),
    ...(authorityFile !== undefined && { authorityFile }),
  })
}

/** `name=value` pairs, percent-encoded. Unknown and repeated names are refused, for they would be overlooked. */
function readPairs(text: string, separator: string, known: readonly string[], refuse: Refusals): Map<string, string> {
  const pairs = new Map<string, string>()
  for (const pair of text.split(separator).filter((each) => each !== '')) {
    const [name = '', ...rest] = pair.split('=')
    const value = percentDecoded(rest.join('='), name === 'id')
    if (!known.includes(name) || pairs.has(name)) {
      refuse.add(name, '未知或重复', 'it is unknown or given twice')
    } else if (value === undefined || value === '') {
      refuse.add(name, '缺少值，或转义有误', 'it has no value, or a wrong escape')
    } else {
      pairs.set(name, value)
    }
  }
  return pairs
}

function percentDecoded(text: string, asBytes: boolean): string | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return undefined
  if (asBytes) return text.replaceAll(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

const fileOf = (text: string) => text.replace(/^file:(\/\/(?=\/))?/, '')

interface Refusals {
  add(rule: string, zh: string, en: string): void
  /** The value, if nothing was refused. */
  orElse<Value>(value: Value): Value
}

function refusals(field: string): Refusals {
  const issues: InputIssue[] = []
  return {
    add: (rule, zh, en) => issues.push({ field, rule, zh: `${rule}：${zh}`, en: `${rule}: ${en}` }),
    orElse(value) {
      if (issues.length > 0) throw new InvalidInput(issues)
      return value
    },
  }
}
