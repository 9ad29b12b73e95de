import { deflateSync } from 'node:zlib'
import { type Chance, chance } from './chance.ts'

/** Drawn grey pictures that look like examinations from a distance and come from nobody. */
export interface Picture {
  /** PNG, base64. */
  readonly data: string
  readonly width: number
  readonly height: number
}

export type PictureKind = 'chest' | 'slice' | 'head' | 'bone'
export const picturesPerKind = 6
const side = 320
const drawn = new Map<string, Picture>()

export function drawPicture(kind: PictureKind, number: number): Picture {
  const key = `${kind}-${number % picturesPerKind}`
  const known = drawn.get(key)
  if (known) return known
  const picture = { data: png(paint(kind, chance('picture', key))).toString('base64'), width: side, height: side }
  drawn.set(key, picture)
  return picture
}

/** One shade at a place of the unit square around its middle (−1 … 1). */
type Shade = (x: number, y: number) => number

function paint(kind: PictureKind, draw: Chance): Uint8Array {
  const shade = { chest, slice, head, bone }[kind](draw)
  const grain = chance('grain', kind, draw.int(1_000_000))
  const pixels = new Uint8Array(side * side)
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const value = shade((column / side) * 2 - 1, (row / side) * 2 - 1) + (grain.next() - 0.5) * 0.04
      // Four grey levels apart, so that the picture compresses.
      pixels[row * side + column] = Math.min(252, Math.max(0, Math.round(value * 63) * 4))
    }
  }
  return pixels
}

/** 1 inside an ellipse, 0 outside, soft at the edge. */
const ellipse = (x: number, y: number, cx: number, cy: number, rx: number, ry: number, soft: number): number => {
  const distance = Math.hypot((x - cx) / rx, (y - cy) / ry)
  return 1 / (1 + Math.exp((distance - 1) / soft))
}

function chest(draw: Chance): Shade {
  const [lean, heart, spot] = [draw.between(-0.04, 0.04), draw.between(0.2, 0.32), draw.between(-0.1, 0.5)]
  return (x, y) => {
    const body = ellipse(x, y, 0, 0.25, 0.86, 1.1, 0.03) * 0.62
    const lungs = ellipse(x, y, -0.4 + lean, 0.02, 0.31, 0.62, 0.06) + ellipse(x, y, 0.4 + lean, 0.02, 0.31, 0.62, 0.06)
    const ribs = Math.max(0, Math.sin((y + x * x * 0.5) * 26)) ** 4 * 0.1 * body
    const middle =
      ellipse(x, y, lean, 0, 0.11, 1.2, 0.15) * 0.28 + ellipse(x, y, 0.12 + lean, 0.32, heart, 0.3, 0.1) * 0.26
    const shadow = ellipse(x, y, -0.42, spot, 0.13, 0.11, 0.3) * 0.16
    return body - lungs * 0.44 + ribs + middle + shadow
  }
}

function slice(draw: Chance): Shade {
  const [turn, spot] = [draw.between(-0.05, 0.05), draw.between(-0.3, 0.3)]
  return (x, y) => {
    const body = ellipse(x, y, 0, 0, 0.9, 0.66, 0.015)
    const wall = body - ellipse(x, y, 0, 0, 0.82, 0.58, 0.02)
    const liver = ellipse(x, y, -0.4, -0.05 + turn, 0.34, 0.36, 0.08) * 0.22
    const spleen = ellipse(x, y, 0.56, 0.02, 0.17, 0.24, 0.08) * 0.2
    const spine = ellipse(x, y, 0, 0.36, 0.13, 0.12, 0.06) * 0.5
    const vessel = ellipse(x, y, 0.04, 0.17, 0.06, 0.06, 0.1) * 0.25
    const focus = ellipse(x, y, -0.38 + spot * 0.3, spot * 0.4, 0.09, 0.08, 0.2) * 0.14
    return body * 0.26 + wall * 0.12 + liver + spleen + spine + vessel - focus
  }
}

function head(draw: Chance): Shade {
  const [size, spot] = [draw.between(0.1, 0.15), draw.between(-0.25, 0.25)]
  return (x, y) => {
    const skull = ellipse(x, y, 0, 0, 0.7, 0.84, 0.012) - ellipse(x, y, 0, 0, 0.63, 0.77, 0.012)
    const brain = ellipse(x, y, 0, 0, 0.63, 0.77, 0.02) * 0.4
    const ventricles = ellipse(x, y, -0.13, -0.05, size, 0.24, 0.1) + ellipse(x, y, 0.13, -0.05, size, 0.24, 0.1)
    const folds = Math.sin(x * 31 + Math.sin(y * 19) * 2) * Math.sin(y * 27) * 0.035 * brain
    const midline = Math.exp(-((x / 0.008) ** 2)) * 0.08 * brain
    return skull * 0.95 + brain - ventricles * 0.16 + folds + midline + ellipse(x, y, 0.33, spot, 0.12, 0.1, 0.15) * 0.2
  }
}

function bone(draw: Chance): Shade {
  const [bend, crack] = [draw.between(-0.08, 0.08), draw.between(-0.3, 0.3)]
  return (x, y) => {
    const axis = bend * y * y
    const flesh = Math.exp(-(((x - axis) / 0.62) ** 4)) * 0.22
    const width = 0.17 + 0.16 * y ** 4
    const shaft = Math.exp(-(((x - axis) / width) ** 6)) * 0.48
    const marrow = Math.exp(-(((x - axis) / (width * 0.5)) ** 4)) * 0.16
    const line = Math.exp(-(((y - crack - x * 0.4) / 0.014) ** 2)) * 0.26 * Math.exp(-(((x - axis) / width) ** 6))
    return flesh + shaft - marrow - line
  }
}

/** PNG (ISO/IEC 15948), 8-bit grey, each row as the difference to the one before (filter type Up). */
function png(pixels: Uint8Array): Buffer {
  const rows = Buffer.alloc(side * (side + 1))
  for (let row = 0; row < side; row++) {
    rows[row * (side + 1)] = 2
    for (let column = 0; column < side; column++) {
      const above = row === 0 ? 0 : pixels[(row - 1) * side + column]!
      rows[row * (side + 1) + 1 + column] = (pixels[row * side + column]! - above) & 0xff
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([8, 0, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body])
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, check])
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}
