import type { DepartmentId, PersonId } from '../kernel/index.ts'
import type { Population, Role, Sex } from './role.ts'
import type { Post } from './subject.ts'

/** One person as the directory lists them. Names are whole: masking is the affair of whoever shows them. */
export interface Person {
  readonly id: PersonId
  readonly staffNumber: string
  readonly name: string
  readonly sex: Sex
  readonly population: Population
  readonly active: boolean
  readonly licence?: string
  readonly posts: readonly (Post & { readonly departmentName: string })[]
}

export interface PeopleQuestion {
  /** Part of a name, of its pinyin or initials, or the beginning of a staff number. */
  readonly text?: string
  /** People with a living post there, or in one of its wards and clinics. */
  readonly department?: DepartmentId
  readonly population?: Population
  readonly role?: Role
  readonly active?: boolean
}

export interface PeoplePage {
  readonly rows: readonly Person[]
  /** Exact, over all pages. */
  readonly total: number
  /** Give it back as `after` for the next page; absent on the last. */
  readonly next?: string
}
