import type { Chance } from './chance.ts'
import { weighted } from './chance.ts'
import type { Parameters } from './parameters.ts'

export type Sex = 'male' | 'female'

/** What a name, an address and a telephone are made of, prepared once from the parameters. */
export interface NameBook {
  surname(at: number): string
  givenNames: Readonly<Record<'old' | 'middle' | 'young', Readonly<Record<Sex, readonly string[]>>>>
  rare: readonly string[]
}

export function nameBook(parameters: Parameters): NameBook {
  const surnames = parameters.surnames.split(' ').map((entry): readonly [string, number] => {
    const [name = '', weight = '1'] = entry.split(':')
    return [name, Number(weight)]
  })
  const split = (names: { readonly male: string; readonly female: string }) => ({
    male: names.male.split(' '),
    female: names.female.split(' '),
  })
  const { old, middle, young } = parameters.givenNames
  return {
    surname: weighted(surnames),
    givenNames: { old: split(old), middle: split(middle), young: split(young) },
    rare: parameters.rareGivenNames.split(' '),
  }
}

export function givenName(book: NameBook, sex: Sex, birthYear: number, rareShare: number, chance: Chance): string {
  if (chance.happens(rareShare)) return chance.pick(book.rare)
  const period = birthYear < 1965 ? 'old' : birthYear < 1995 ? 'middle' : 'young'
  return chance.pick(book.givenNames[period][sex])
}

/**
 * 公民身份号码 (GB 11643-1999) with a right check digit in the regions 990000 and above, which GB/T 2260 assigns to nobody:
 * no living person can have it. The sequence is odd for men and even for women, as in the standard.
 */
export function identityNumber(birthDate: string, sex: Sex, serial: number): string {
  const sequence = ((serial * 2) % 998) + (sex === 'male' ? 1 : 2)
  // The three digits repeat after 499 births of one day; the last four digits of the region take the carry.
  const region = 990_000 + (Math.floor(serial / 499) % 10_000)
  const body = `${region}${birthDate.replaceAll('-', '')}${String(sequence).padStart(3, '0')}`
  return body + identityCheckDigit(body)
}

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

/** ISO 7064 MOD 11-2 over the first seventeen digits. */
export function identityCheckDigit(body: string): string {
  let sum = 0
  for (let at = 0; at < 17; at++) sum += Number(body[at]) * weights[at]!
  return '10X98765432'[sum % 11]!
}

/** Eleven digits beginning with 100, a range in which no mobile number is assigned. */
export const telephone = (serial: number): string => `100${String(serial % 100_000_000).padStart(8, '0')}`

export function address(parameters: Parameters, chance: Chance): string {
  const street = chance.pick(parameters.streets)
  const estate = chance.pick(parameters.estates)
  const [building, unit, floor, door] = [1 + chance.int(28), 1 + chance.int(4), 1 + chance.int(18), 1 + chance.int(4)]
  return `${street}${1 + chance.int(480)}号${estate}${building}栋${unit}单元${floor}0${door}室`
}
