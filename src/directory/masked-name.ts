/**
 * Names as lists show them (`张*三`). Chinese: the first character and, from three on, the last stay; between them one
 * `*` for each character. Other scripts: the first letter of every word stays. Pure; unmasking is an act of its own.
 */
export function maskedName(name: string): string {
  const trimmed = name.trim().replace(/\s+/g, ' ')
  if (trimmed === '') return ''
  if (!/[\s·•.]/u.test(trimmed) && /^\p{Script=Han}+$/u.test(trimmed)) return maskedHanName([...trimmed])
  return trimmed
    .split(/([\s·•]+)/u)
    .map((part, index) => (index % 2 === 1 ? part : maskedWord([...part])))
    .join('')
}

/** `尾号 4321`: the last four characters of a number stay, when at least as many are hidden. */
export function maskedNumber(number: string): string {
  const characters = [...number.trim()]
  if (characters.length < 8) return '*'.repeat(characters.length)
  return '*'.repeat(characters.length - 4) + characters.slice(-4).join('')
}

function maskedHanName(characters: readonly string[]): string {
  const [first, last] = [characters[0]!, characters.at(-1)!]
  if (characters.length === 1) return '*'
  if (characters.length === 2) return `${first}*`
  return first + '*'.repeat(characters.length - 2) + last
}

/** Three stars whatever the length: the length of a foreign name alone can tell who it is. */
function maskedWord(characters: readonly string[]): string {
  return characters.length === 0 ? '' : `${characters[0]}***`
}
