import { createHash } from 'node:crypto'
import { pinyin } from 'pinyin-pro'

/** B-tree and GIN entries end near 2.7 kB; 512 characters of up to 4 bytes stay below. */
const longestString = 512
const longestToken = 400

/** Strings are compared without case, accents and repeated blanks (R4 search §string). */
export function normalise(text: string): string {
  const folded = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
    // 张 三 and 张三 are one name.
    .replace(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, '')
  return cut(storable(folded), longestString)
}

/** The text as it stands, as far as it is kept for `:exact`. */
export function exactly(text: string): string {
  return cut(storable(text), longestString)
}

/** A token longer than an index entry is kept by its beginning and its digest: equal texts stay equal. */
export function tokenText(text: string): string {
  const clean = storable(text)
  if (clean.length <= longestToken) return clean
  return `${cut(clean, longestToken - 80)}#${createHash('sha256').update(clean).digest('hex')}`
}

/** PostgreSQL text holds no NUL, and UTF-8 no lone surrogate. */
function storable(text: string): string {
  return text.includes('\0') || !text.isWellFormed() ? text.toWellFormed().replaceAll('\0', '\uFFFD') : text
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).toWellFormed()
}

const remembered = new Map<string, readonly string[]>()

/** How a Chinese name may be typed on a keyboard: initials and full pinyin (张三 → `zs`, `zhangsan`). */
export function pinyinOf(name: string): readonly string[] {
  if (!/\p{Script=Han}/u.test(name)) return []
  const known = remembered.get(name)
  if (known) return known
  const text = cut(name, 64)
  const syllables = pinyin(text, { toneType: 'none', type: 'array', mode: 'surname', v: true }).map((each) =>
    each.replace(/\s+/g, '').toLowerCase(),
  )
  const spellings = [...new Set([syllables.map((each) => [...each][0] ?? '').join(''), syllables.join('')])].filter(
    Boolean,
  )
  if (remembered.size > 20_000) remembered.clear()
  remembered.set(name, spellings)
  return spellings
}
