/**
 * Just enough of the WebAssembly binary format (W3C WebAssembly Core 2.0, §5) to write one module by hand: types,
 * functions, one memory, exports, and the vector instructions a hash needs.
 */
export type Code = readonly number[]

export function unsigned(value: number): number[] {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest]
    bytes.push((rest % 128) + 128)
  }
}

function signed(value: number): number[] {
  const bytes: number[] = []
  for (let rest = value; ; rest >>= 7) {
    const low = rest & 0x7f
    if ((rest >> 7 === 0 && low < 64) || (rest >> 7 === -1 && low >= 64)) return [...bytes, low]
    bytes.push(low | 0x80)
  }
}

const vector = (items: readonly Code[]): number[] => [...unsigned(items.length), ...items.flat()]
const section = (id: number, content: Code): number[] => [id, ...unsigned(content.length), ...content]
const name = (text: string): number[] => [...unsigned(text.length), ...Buffer.from(text)]
const vector128 = (instruction: number, ...immediate: number[]): Code => [0xfd, ...unsigned(instruction), ...immediate]

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  add: [0x6a] as Code,
  sub: [0x6b] as Code,
}

export const local = {
  get: (index: number): Code => [0x20, ...unsigned(index)],
  set: (index: number): Code => [0x21, ...unsigned(index)],
  tee: (index: number): Code => [0x22, ...unsigned(index)],
}

/** `body` repeats for as long as it leaves something but zero on the stack. */
export const repeatWhile = (body: Code): Code => [0x03, 0x40, ...body, 0x0d, 0x00, 0x0b]

/** Vectors of 128 bits, as four lanes of 32. Alignment is 2^2 or less in every access. */
export const v128 = {
  load: (offset: number): Code => vector128(0, 2, ...unsigned(offset)),
  store: (offset: number): Code => vector128(11, 2, ...unsigned(offset)),
  /** Picks 16 bytes out of the 32 of two vectors. */
  shuffle: (bytes: readonly number[]): Code => vector128(13, ...bytes),
  and: vector128(78),
  or: vector128(80),
  xor: vector128(81),
  /** (first & mask) | (second & ~mask). */
  bitselect: vector128(82),
  shiftLeft: vector128(171),
  shiftRight: vector128(173),
  add: vector128(174),
}

/** A module with one function `run` of i32 parameters and vector locals, and one exported memory. */
export function moduleOf(options: {
  readonly parameters: number
  readonly vectorLocals: number
  readonly body: Code
  readonly memoryPages: number
  readonly data: { readonly at: number; readonly bytes: Uint8Array }
}): Uint8Array<ArrayBuffer> {
  const i32Type = 0x7f
  const v128Type = 0x7b
  const { parameters, vectorLocals, body, memoryPages, data } = options
  const code = [...vector([[...unsigned(vectorLocals), v128Type]]), ...body, 0x0b]
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector([[0x60, ...unsigned(parameters), ...Array<number>(parameters).fill(i32Type), 0x00]])),
    ...section(3, vector([[0x00]])),
    ...section(5, vector([[0x00, ...unsigned(memoryPages)]])),
    ...section(
      7,
      vector([
        [...name('run'), 0x00, 0x00],
        [...name('memory'), 0x02, 0x00],
      ]),
    ),
    ...section(10, vector([[...unsigned(code.length), ...code]])),
    ...section(11, vector([[0x00, ...i32.const(data.at), 0x0b, ...unsigned(data.bytes.length), ...data.bytes]])),
  ])
}
