import { type Code, i32, local, moduleOf, repeatWhile, v128 } from './wasm-code.ts'

/**
 * SHA-256 (FIPS 180-4) and SM3 (GB/T 32905-2016) over four messages at a time: one WebAssembly function whose vector
 * lanes each hold one message. node:crypto costs 2 to 3 µs a call whatever the size; this hashes the nodes and entries
 * of a ledger at a fraction of that, and needs no native code. Tested against node:crypto.
 */
export interface LaneCompression {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): void }
  /** State before the first block. */
  readonly initial: readonly number[]
  /** Takes `count` blocks of 64 bytes from each of four addresses into the state of each lane. */
  run(lane0: number, lane1: number, lane2: number, lane3: number, count: number): void
}

/** Word w of lane l is the 32-bit number at byte 16w + 4l. */
export const stateAt = 0
const constantsAt = 128
/** Below this address the memory is the module's own. */
export const freeFrom = constantsAt + 64 * 16

interface Algorithm {
  readonly initial: readonly number[]
  readonly constants: readonly number[]
  /** The 64 rounds over the words in `words` and the state in `state` (indices of locals). */
  readonly rounds: (locals: Locals) => { readonly code: Code; readonly state: readonly number[] }
  /** How a block's result joins the state before it. */
  readonly join: Code
}

interface Locals {
  readonly words: readonly number[]
  readonly state: readonly number[]
  readonly scratch: readonly number[]
}

/** The part of the JavaScript interface of WebAssembly (W3C) that is used here; ECMAScript itself does not name it. */
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
  validate(code: Uint8Array): boolean
}

export function openLanes(algorithm: 'sha256' | 'sm3'): LaneCompression {
  const { initial } = algorithms[algorithm]
  const compiled = compiledModules.get(algorithm) ?? new WebAssembly.Module(laneModule(algorithm))
  compiledModules.set(algorithm, compiled)
  const instance = new WebAssembly.Instance(compiled)
  const { run, memory } = instance.exports as Pick<LaneCompression, 'run' | 'memory'>
  return { run, memory, initial }
}

/** Compiling takes some milliseconds: once for each thread is enough. */
const compiledModules = new Map<string, object>()

/** False on a machine or a Node without WebAssembly SIMD. */
export function lanesAreSupported(): boolean {
  const load = [...i32.const(0), ...v128.load(0)]
  const body = [...i32.const(0), ...load, ...load, ...v128.add, ...v128.store(0)]
  const data = { at: 0, bytes: new Uint8Array() }
  return WebAssembly.validate(moduleOf({ parameters: 5, vectorLocals: 1, body, memoryPages: 1, data }))
}

export function laneModule(algorithm: 'sha256' | 'sm3'): Uint8Array<ArrayBuffer> {
  const { constants, rounds, join } = algorithms[algorithm]
  const pointers = [0, 1, 2, 3]
  const count = 4
  const at = (from: number, length: number) => Array.from({ length }, (_, i) => from + i)
  const words = at(5, 16)
  const state = at(21, 8)
  const scratch = at(29, 4)
  const done = rounds({ words, state, scratch })
  const body = repeatWhile([
    ...state.flatMap((each, i) => [...i32.const(0), ...v128.load(stateAt + 16 * i), ...local.set(each)]),
    ...loadWords(pointers, words, scratch),
    ...done.code,
    ...done.state.flatMap((each, i) => [
      ...i32.const(0),
      ...i32.const(0),
      ...v128.load(stateAt + 16 * i),
      ...local.get(each),
      ...join,
      ...v128.store(stateAt + 16 * i),
    ]),
    ...pointers.flatMap((each) => [...local.get(each), ...i32.const(64), ...i32.add, ...local.set(each)]),
    ...local.get(count),
    ...i32.const(1),
    ...i32.sub,
    ...local.tee(count),
  ])
  const table = Buffer.alloc(64 * 16)
  for (const [i, constant] of constants.entries()) {
    for (let lane = 0; lane < 4; lane++) table.writeUInt32LE(constant >>> 0, 16 * i + 4 * lane)
  }
  return moduleOf({ parameters: 5, vectorLocals: 28, body, memoryPages: 4, data: { at: constantsAt, bytes: table } })
}

/** Four big-endian words at a time from each message, transposed so that a vector holds one word of four messages. */
function loadWords(pointers: readonly number[], words: readonly number[], scratch: readonly number[]): Code {
  const swapped = (word: number) => [4 * word + 3, 4 * word + 2, 4 * word + 1, 4 * word]
  const half = (first: number) => v128.shuffle([first, first + 4, first + 1, first + 5].flatMap(swapped))
  const whole = (words: readonly number[]) =>
    v128.shuffle(words.flatMap((word) => [4 * word, 4 * word + 1, 4 * word + 2, 4 * word + 3]))
  const [a, b, c, d] = scratch as [number, number, number, number]
  const pair = (of: readonly number[], offset: number, first: number, into: number) => [
    ...of.flatMap((pointer) => [...local.get(pointer), ...v128.load(offset)]),
    ...half(first),
    ...local.set(into),
  ]
  return [0, 1, 2, 3].flatMap((group) => {
    const offset = 16 * group
    const join = (left: number, right: number, picked: readonly number[], into: number) => [
      ...local.get(left),
      ...local.get(right),
      ...whole(picked),
      ...local.set(words[4 * group + into]!),
    ]
    return [
      ...pair([pointers[0]!, pointers[1]!], offset, 0, a),
      ...pair([pointers[2]!, pointers[3]!], offset, 0, b),
      ...pair([pointers[0]!, pointers[1]!], offset, 2, c),
      ...pair([pointers[2]!, pointers[3]!], offset, 2, d),
      ...join(a, b, [0, 1, 4, 5], 0),
      ...join(a, b, [2, 3, 6, 7], 1),
      ...join(c, d, [0, 1, 4, 5], 2),
      ...join(c, d, [2, 3, 6, 7], 3),
    ]
  })
}

const constant = (i: number): Code => [...i32.const(0), ...v128.load(constantsAt + 16 * i)]
const get = local.get
const rotateLeft = (value: Code, by: number): Code => [
  ...value,
  ...i32.const(by),
  ...v128.shiftLeft,
  ...value,
  ...i32.const(32 - by),
  ...v128.shiftRight,
  ...v128.or,
]
const rotateRight = (value: Code, by: number): Code => rotateLeft(value, 32 - by)
const shiftRight = (value: Code, by: number): Code => [...value, ...i32.const(by), ...v128.shiftRight]
const xor3 = (a: Code, b: Code, c: Code): Code => [...a, ...b, ...v128.xor, ...c, ...v128.xor]
/** Bits of `a` where `mask` is set, of `b` elsewhere. */
const choose = (mask: Code, a: Code, b: Code): Code => [...a, ...b, ...mask, ...v128.bitselect]
/** a where a equals b, c elsewhere. */
const majority = (a: Code, b: Code, c: Code): Code => [...c, ...a, ...a, ...b, ...v128.xor, ...v128.bitselect]

/** FIPS 180-4 §6.2.2. Registers change their names, not their places: what was h becomes a. */
function sha256Rounds({ words, state, scratch }: Locals) {
  let [a, b, c, d, e, f, g, h] = state as [number, number, number, number, number, number, number, number]
  const t = scratch[0]!
  const code: number[] = []
  for (let i = 0; i < 64; i++) {
    const word = words[i % 16]!
    if (i >= 16) {
      const [w1, w9, w14] = [1, 9, 14].map((ahead) => get(words[(i + ahead) % 16]!)) as [Code, Code, Code]
      code.push(
        ...get(word),
        ...xor3(rotateRight(w1, 7), rotateRight(w1, 18), shiftRight(w1, 3)),
        ...v128.add,
        ...w9,
        ...v128.add,
        ...xor3(rotateRight(w14, 17), rotateRight(w14, 19), shiftRight(w14, 10)),
        ...v128.add,
        ...local.set(word),
      )
    }
    code.push(
      ...get(h),
      ...constant(i),
      ...v128.add,
      ...get(word),
      ...v128.add,
      ...choose(get(e), get(f), get(g)),
      ...v128.add,
      ...xor3(rotateRight(get(e), 6), rotateRight(get(e), 11), rotateRight(get(e), 25)),
      ...v128.add,
      ...local.tee(t),
      ...get(d),
      ...v128.add,
      ...local.set(d),
      ...get(t),
      ...majority(get(a), get(b), get(c)),
      ...v128.add,
      ...xor3(rotateRight(get(a), 2), rotateRight(get(a), 13), rotateRight(get(a), 22)),
      ...v128.add,
      ...local.set(h),
    )
    ;[a, b, c, d, e, f, g, h] = [h, a, b, c, d, e, f, g]
  }
  return { code, state: [a, b, c, d, e, f, g, h] }
}

/** GB/T 32905-2016 §5.3. */
function sm3Rounds({ words, state, scratch }: Locals) {
  let [a, b, c, d, e, f, g, h] = state as [number, number, number, number, number, number, number, number]
  const [ss1, tt, rotated] = scratch as [number, number, number, number]
  const code: number[] = []
  const permute = (value: Code, first: number, second: number) =>
    xor3(value, rotateLeft(value, first), rotateLeft(value, second))
  for (let j = 0; j < 64; j++) {
    const word = words[j % 16]!
    const ahead = words[(j + 4) % 16]!
    // W[j + 4] is needed in this round; of the first sixteen words none is made.
    if (j >= 12) {
      code.push(
        ...xor3(get(ahead), get(words[(j + 11) % 16]!), rotateLeft(get(words[(j + 1) % 16]!), 15)),
        ...local.set(tt),
        ...xor3(permute(get(tt), 15, 23), rotateLeft(get(words[(j + 7) % 16]!), 7), get(words[(j + 14) % 16]!)),
        ...local.set(ahead),
      )
    }
    const xors = j < 16
    code.push(
      ...rotateLeft(get(a), 12),
      ...local.tee(rotated),
      ...get(e),
      ...v128.add,
      ...constant(j),
      ...v128.add,
      ...local.set(ss1),
      ...rotateLeft(get(ss1), 7),
      ...local.set(ss1),
      // TT2 = GG(e, f, g) + h + SS1 + W, into h.
      ...(xors ? xor3(get(e), get(f), get(g)) : choose(get(e), get(f), get(g))),
      ...get(h),
      ...v128.add,
      ...get(ss1),
      ...v128.add,
      ...get(word),
      ...v128.add,
      ...local.set(tt),
      ...permute(get(tt), 9, 17),
      ...local.set(h),
      // TT1 = FF(a, b, c) + d + (SS1 ^ a <<< 12) + (W[j] ^ W[j + 4]), into d.
      ...(xors ? xor3(get(a), get(b), get(c)) : majority(get(a), get(b), get(c))),
      ...get(d),
      ...v128.add,
      ...get(ss1),
      ...get(rotated),
      ...v128.xor,
      ...v128.add,
      ...get(word),
      ...get(ahead),
      ...v128.xor,
      ...v128.add,
      ...local.set(d),
      ...rotateLeft(get(b), 9),
      ...local.set(b),
      ...rotateLeft(get(f), 19),
      ...local.set(f),
    )
    ;[a, b, c, d, e, f, g, h] = [d, a, b, c, h, e, f, g]
  }
  return { code, state: [a, b, c, d, e, f, g, h] }
}

const rotated32 = (value: number, by: number) =>
  by % 32 === 0 ? value : (value << (by % 32)) | (value >>> (32 - (by % 32)))

const algorithms: Readonly<Record<'sha256' | 'sm3', Algorithm>> = {
  sha256: {
    initial: fractions(8, 2),
    constants: fractions(64, 3),
    rounds: sha256Rounds,
    join: v128.add,
  },
  sm3: {
    initial: [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e],
    constants: Array.from({ length: 64 }, (_, j) => rotated32(j < 16 ? 0x79cc4519 : 0x7a879d8a, j)),
    rounds: sm3Rounds,
    join: v128.xor,
  },
}

/** First 32 bits of the fractional parts of the square or cube roots of the first primes (FIPS 180-4 §4.2.2, §5.3.3). */
function fractions(count: number, root: 2 | 3): readonly number[] {
  const found: number[] = []
  for (let candidate = 2n; found.length < count; candidate++) {
    if (isPrime(candidate)) found.push(Number(BigInt.asUintN(32, integerRoot(candidate << BigInt(32 * root), root))))
  }
  return found
}

function isPrime(value: bigint): boolean {
  for (let divisor = 2n; divisor * divisor <= value; divisor++) if (value % divisor === 0n) return false
  return true
}

/** The largest r with r^root ≤ value. */
function integerRoot(value: bigint, root: 2 | 3): bigint {
  let low = 0n
  let high = 1n << 48n
  while (low < high) {
    const middle = (low + high + 1n) / 2n
    if (middle ** BigInt(root) <= value) low = middle
    else high = middle - 1n
  }
  return low
}
