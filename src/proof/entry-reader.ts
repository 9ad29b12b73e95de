import { entryKinds } from '../ledger/index.ts'
import { type EntryFacts, flag, type ReadEntry } from './entry-facts.ts'
import { isText as areLetters, type Names, namesOf } from './name-table.ts'

/**
 * Reads what the rules need out of an entry's bytes, without making a value of it: verification reads tens of millions.
 * It goes through all of the text, so nothing hides in it: the grammar of JSON (RFC 8259), UTF-8, the fields of version 1
 * in their canonical order (RFC 8785 §3.2.3; so none stands there twice). What fields it does not need hold is for
 * `parseEntry`. Tested against that and JSON.parse.
 */
export function entryReader(): ReadEntry {
  let bytes: Uint8Array
  let at = 0
  let end = 0
  /** Where the text last read begins and ends, without its quotes. */
  let textStart = 0
  let textEnd = 0
  let cachedDay = -1
  let cachedDayMs = 0

  return (source, start, stop, facts, index) => {
    bytes = source
    at = start
    end = stop
    facts.follows[index] = -1
    facts.epoch[index] = -1
    const flags = entry(facts, index)
    facts.flags[index] = at === end ? flags : flag.unreadable
  }

  function entry(facts: EntryFacts, index: number): number {
    if (!take(0x7b)) return flag.unreadable
    let flags = 0
    let seen = 0
    let last = -1
    let known = true
    for (let more = true; more; more = take(0x2c)) {
      const field = key(fields)
      if (field === unread) return flag.unreadable
      // Another field than version 1 has, or one out of order: it is for another program to say what it means.
      if (field <= last) {
        known = false
        if (!value(0)) return flag.unreadable
        continue
      }
      last = field
      seen |= 1 << field
      switch (field) {
        case fields.decision: {
          const read = decision(facts, index)
          if (read < 0) return flag.unreadable
          flags |= read
          break
        }
        case fields.detail: {
          const read = detail()
          if (read < 0) return flag.unreadable
          flags |= read
          break
        }
        case fields.follows:
          facts.follows[index] = integer()
          if (facts.follows[index]! < 0) return flag.unreadable
          break
        case fields.id:
          if (!text()) return flag.unreadable
          facts.idEnd[index] = endOfId()
          break
        case fields.kind: {
          if (!text()) return flag.unreadable
          const kind = kinds.find(bytes, textStart, textEnd)
          if (kind < 0) known = false
          facts.kind[index] = Math.max(0, kind)
          break
        }
        case fields.raisesEpoch:
          if (!word(trueWord)) return flag.unreadable
          flags |= flag.raisesEpoch
          break
        case fields.recorded:
          if (!text()) return flag.unreadable
          facts.recorded[index] = time()
          if (Number.isNaN(facts.recorded[index])) return flag.unreadable
          break
        case fields.v: {
          const first = at
          if (!value(0)) return flag.unreadable
          if (at !== first + 1 || bytes[first] !== 0x31) known = false
          break
        }
        default:
          if (!value(0)) return flag.unreadable
      }
    }
    if (!take(0x7d)) return flag.unreadable
    return known && (seen & required) === required ? flags : flag.unknown
  }

  /** @returns flags, or -1. */
  function decision(facts: EntryFacts, index: number): number {
    if (!take(0x7b)) return -1
    let flags = 0
    for (let more = true; more; more = take(0x2c)) {
      const field = key(decisionFields)
      if (field === unread) return -1
      if (field === decisionFields.epoch) {
        facts.epoch[index] = integer()
        if (facts.epoch[index]! < 0) return -1
      } else if (field === decisionFields.effect) {
        if (!text()) return -1
        if (isText(permitWord)) flags |= flag.permits
        else if (isText(denyWord)) flags |= flag.denies
        else return -1
      } else if (!value(1)) return -1
    }
    return take(0x7d) ? flags : -1
  }

  function detail(): number {
    if (!take(0x7b)) return -1
    if (take(0x7d)) return 0
    let flags = 0
    for (let more = true; more; more = take(0x2c)) {
      const field = key(telling)
      if (field === unread) return -1
      if (field >= 0) flags = flag.speaks
      if (!value(1)) return -1
    }
    return take(0x7d) ? flags : -1
  }

  function key(names: Names): number {
    if (!text()) return unread
    const name = names.find(bytes, textStart, textEnd)
    return take(0x3a) ? name : unread
  }

  function value(depth: number): boolean {
    switch (bytes[at]) {
      case 0x22:
        return text()
      case 0x7b:
        return depth < deepest && collection(0x7d, depth + 1)
      case 0x5b:
        return depth < deepest && collection(0x5d, depth + 1)
      case 0x74:
        return word(trueWord)
      case 0x66:
        return word(falseWord)
      case 0x6e:
        return word(nullWord)
      default:
        return number()
    }
  }

  function collection(closing: number, depth: number): boolean {
    at += 1
    if (take(closing)) return true
    do {
      if (closing === 0x7d && !(text() && take(0x3a))) return false
      if (!value(depth)) return false
    } while (take(0x2c))
    return take(closing)
  }

  function take(byte: number): boolean {
    if (at >= end || bytes[at] !== byte) return false
    at += 1
    return true
  }

  function text(): boolean {
    if (!take(0x22)) return false
    textStart = at
    for (;;) {
      // Nearly all bytes are plain: this loop is where the time goes, so it runs on locals.
      const source = bytes
      const stop = end
      let i = at
      while (i < stop && plain[source[i]!] === 1) i += 1
      at = i
      if (i >= stop) return false
      const byte = source[i]!
      if (byte === 0x22) {
        textEnd = i
        at = i + 1
        return true
      }
      if (byte === 0x5c ? !escaped() : byte < 0x20 || !beyondAscii(byte)) return false
    }
  }

  function escaped(): boolean {
    const byte = at + 1 < end ? bytes[at + 1]! : 0
    if (byte !== 0x75) {
      at += 2
      return escapes.includes(byte)
    }
    if (at + 6 > end) return false
    for (let i = at + 2; i < at + 6; i++) if (hexDigit(bytes[i]!) < 0) return false
    at += 6
    return true
  }

  /** One character of two to four bytes (RFC 3629 §4): no overlong forms, no surrogates, nothing above U+10FFFF. */
  function beyondAscii(first: number): boolean {
    const more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3
    if (first < 0xc2 || first > 0xf4 || at + more >= end) return false
    const second = bytes[at + 1]!
    const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
    const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
    if (second < least || second > most) return false
    for (let i = 2; i <= more; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return false
    at += more + 1
    return true
  }

  function word(letters: Uint8Array): boolean {
    for (const letter of letters) if (!take(letter)) return false
    return true
  }

  function number(): boolean {
    if (at < end && bytes[at] === 0x2d) at += 1
    const first = at
    if (digits() === 0 || (bytes[first] === 0x30 && at > first + 1)) return false
    if (at < end && bytes[at] === 0x2e) {
      at += 1
      if (digits() === 0) return false
    }
    if (at < end && (bytes[at]! | 0x20) === 0x65) {
      at += 1
      if (at < end && (bytes[at] === 0x2b || bytes[at] === 0x2d)) at += 1
      if (digits() === 0) return false
    }
    return true
  }

  function digits(): number {
    const first = at
    while (at < end && isDigit(bytes[at]!)) at += 1
    return at - first
  }

  /** @returns -1 for anything but an integer from 0 to 2^53 - 1. */
  function integer(): number {
    const first = at
    let number = 0
    while (at < end && isDigit(bytes[at]!)) {
      number = number * 10 + (bytes[at]! - 0x30)
      at += 1
    }
    const isOne = at > first && (bytes[first] !== 0x30 || at === first + 1)
    return isOne && Number.isSafeInteger(number) ? number : -1
  }

  function isText(letters: Uint8Array): boolean {
    return areLetters(bytes, textStart, textEnd, letters)
  }

  /** `2026-01-31T23:59:59.999Z`, the one spelling of version 1. */
  function time(): number {
    if (textEnd - textStart !== timePattern.length) return Number.NaN
    for (let i = 0; i < timePattern.length; i++) {
      const byte = bytes[textStart + i]!
      if (timePattern[i] === 0x30 ? !isDigit(byte) : byte !== timePattern[i]) return Number.NaN
    }
    const day = two(0) * 1_000_000 + two(2) * 10_000 + two(5) * 100 + two(8)
    if (day !== cachedDay) {
      const ms = Date.UTC(two(0) * 100 + two(2), two(5) - 1, two(8))
      if (new Date(ms).getUTCDate() !== two(8) || two(5) < 1 || two(5) > 12) return Number.NaN
      cachedDay = day
      cachedDayMs = ms
    }
    const [hours, minutes, seconds] = [two(11), two(14), two(17)]
    if (hours > 23 || minutes > 59 || seconds > 59) return Number.NaN
    return cachedDayMs + ((hours * 60 + minutes) * 60 + seconds) * 1000 + two(20) * 10 + bytes[textStart + 22]! - 0x30
  }

  function two(offset: number): number {
    return (bytes[textStart + offset]! - 0x30) * 10 + bytes[textStart + offset + 1]! - 0x30
  }

  function endOfId(): number {
    let number = 0
    for (let i = Math.max(textStart, textEnd - 14); i < textEnd; i++) {
      const digit = hexDigit(bytes[i]!)
      if (digit >= 0) number = number * 16 + digit
    }
    return number
  }
}

const deepest = 64
const unread = -2

/** In canonical order, which is that of their code units. */
const fields = namesOf([
  'action',
  'actor',
  'channel',
  'decision',
  'detail',
  'digest',
  'follows',
  'id',
  'kind',
  'nonce',
  'outcome',
  'patient',
  'purpose',
  'raisesEpoch',
  'reason',
  'record',
  'recorded',
  'requestId',
  'terminal',
  'v',
] as const)
const required = ['id', 'kind', 'nonce', 'outcome', 'recorded', 'v'].reduce(
  (bits, name) => bits | (1 << fields[name as 'id']),
  0,
)
const decisionFields = namesOf(['epoch', 'effect'] as const)
/** Parts of `detail` that the rules read: events of the ledger itself, joined spools, healed gaps, anchored logs. */
const telling = namesOf(['event', 'spool', 'heals', 'logs'] as const)
const kinds = namesOf(entryKinds)

/** ASCII that stands for itself in a JSON text. */
const plain = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte < 0x80 && byte !== 0x22 && byte !== 0x5c ? 1 : 0,
)
const escapes = Buffer.from('"\\/bfnrt')
const trueWord = Buffer.from('true')
const falseWord = Buffer.from('false')
const nullWord = Buffer.from('null')
const permitWord = Buffer.from('permit')
const denyWord = Buffer.from('deny')
const timePattern = Buffer.from('0000-00-00T00:00:00.000Z')

const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39

function hexDigit(byte: number): number {
  if (isDigit(byte)) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}
