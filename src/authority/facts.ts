import type { Department, Directory, Subject } from '../directory/index.ts'
import {
  type AuthorityEpoch,
  type Clock,
  type Database,
  DatabaseFailure,
  type DepartmentId,
  type LastKnown,
  type PersonId,
  type PurposeOfUse,
} from '../kernel/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { CareKind } from './care.ts'
import { AuthorityFailure } from './errors.ts'
import { requireInForce } from './policies-in-force.ts'
import type { AuthoritySettings } from './settings.ts'

/** A term as it was read; `until` absent while it is open. Milliseconds since the epoch. */
export interface RelationFact {
  readonly patient: string
  readonly kind: CareKind
  readonly source: string
  readonly from: number
  readonly until?: number
}
export interface StayFact {
  readonly patient: string
  readonly department: DepartmentId
  readonly source: string
  readonly from: number
  readonly until?: number
}
export interface DeclaredFact {
  readonly patient: string
  readonly purpose: PurposeOfUse
  readonly from: number
  readonly until: number
}

/** Everything known about one person under one authority state; what of it lives is asked at a time. */
export interface PersonFacts {
  readonly subject: Subject
  readonly relations: readonly RelationFact[]
  readonly stays: readonly StayFact[]
  readonly declared: readonly DeclaredFact[]
  /** Ids of supervisors and sponsors named in the subject who are active. */
  readonly activeOthers: ReadonlySet<string>
  /** Courses and the version of each that counts. */
  readonly courses: ReadonlyMap<string, string>
  /** A department with the wards and clinics below it. */
  readonly below: (department: DepartmentId) => readonly DepartmentId[]
  readonly epoch: AuthorityEpoch
  /** By the clock, when loading began. */
  readonly loadedAt: number
}

export interface FactDesk {
  readonly database: Database
  readonly directory: Directory
  readonly ledger: Ledger
  readonly clock: Clock
  readonly settings: AuthoritySettings
  /** SHA-256 of the policies that decide on these facts, hex. */
  readonly bundle: string
  /** Absent: without the database nothing is decided but what facts kept under the current epoch permit. */
  readonly lastKnown?: LastKnown
}

interface Hospital {
  readonly epoch: AuthorityEpoch
  readonly children: ReadonlyMap<DepartmentId, readonly DepartmentId[]>
  readonly courses: ReadonlyMap<string, string>
}

/**
 * Facts about people, kept under the epoch they were read in. Kept facts are good for permits only: the caller asks
 * for fresh ones before a denial. Loads of the same person share one read.
 */
export class FactStore {
  readonly #desk: FactDesk
  readonly #kept = new Map<PersonId, PersonFacts>()
  readonly #loading = new Map<PersonId, Promise<PersonFacts>>()
  #hospital: Promise<Hospital> | undefined
  #hospitalEpoch: AuthorityEpoch | undefined

  constructor(desk: FactDesk) {
    this.#desk = desk
  }

  /** Facts in memory that hold under the current epoch, if there are any. */
  kept(person: PersonId): PersonFacts | undefined {
    const facts = this.#kept.get(person)
    return facts?.epoch === this.#desk.ledger.currentEpoch() ? facts : undefined
  }

  /** Facts read from the database after this call began. */
  async fresh(person: PersonId): Promise<PersonFacts> {
    const running = this.#loading.get(person)
    // A read under way may have begun before a change that this caller has seen: wait for it, then read anew once.
    if (running) await running.catch(() => {})
    return this.#loading.get(person) ?? this.#start(person)
  }

  /**
   * Fresh facts; while the database is away those last known, whatever epoch they were read in, if they are young
   * enough: good for permits only, and marked in the trace by the epoch they are of.
   */
  async freshOrLastKnown(person: PersonId): Promise<{ readonly facts: PersonFacts; readonly isLastKnown: boolean }> {
    const known = this.#lastKnown(person)
    if (known && this.#desk.lastKnown?.databaseIsAway()) return { facts: known, isLastKnown: true }
    try {
      return { facts: await this.fresh(person), isLastKnown: false }
    } catch (cause) {
      if (known && cause instanceof DatabaseFailure) return { facts: known, isLastKnown: true }
      throw cause
    }
  }

  /**
   * Reads again what is kept under an older epoch, so that a right that ended before an outage is not believed in it.
   * @returns how many people's facts were read.
   */
  async refreshLastKnown(most: number): Promise<number> {
    const current = this.#desk.ledger.currentEpoch()
    const stale = [...this.#kept]
      .filter(([person, facts]) => facts.epoch !== current && this.#lastKnown(person) !== undefined)
      .slice(-most)
    for (const [person] of stale) await this.fresh(person)
    return stale.length
  }

  #lastKnown(person: PersonId): PersonFacts | undefined {
    const facts = this.#kept.get(person)
    const oldestMs = this.#desk.lastKnown?.oldestMs()
    return facts && oldestMs !== undefined && facts.loadedAt >= oldestMs ? facts : undefined
  }

  /** What a declaration or another gain in rights changes is read anew at the next use. */
  forget(person: PersonId): void {
    this.#kept.delete(person)
  }

  #start(person: PersonId): Promise<PersonFacts> {
    const load = this.#load(person).finally(() => this.#loading.delete(person))
    this.#loading.set(person, load)
    return load
  }

  async #load(person: PersonId): Promise<PersonFacts> {
    const { ledger, clock, directory, settings } = this.#desk
    const epoch = ledger.currentEpoch()
    const loadedAt = clock.now()
    const [subject, hospital] = await Promise.all([directory.subject(person), this.#readHospital(epoch)])
    if (!subject) throw new AuthorityFailure('person-unknown', `person ${person} is not in the directory`)
    const below = (department: DepartmentId) => [department, ...(hospital.children.get(department) ?? [])]
    const [care, activeOthers] = await Promise.all([
      this.#readCare(subject, below, loadedAt),
      this.#readActive(subject),
    ])
    const facts = { subject, ...care, activeOthers, courses: hospital.courses, below, epoch, loadedAt }
    if (this.#kept.size >= settings.cachedPeople) this.#kept.delete(this.#kept.keys().next().value!)
    this.#kept.set(person, facts)
    return facts
  }

  async #readCare(
    subject: Subject,
    below: PersonFacts['below'],
    at: number,
  ): Promise<Pick<PersonFacts, 'relations' | 'stays' | 'declared'>> {
    const { database, settings } = this.#desk
    const windows = Object.values(settings.windows)
    const before = Math.max(...windows.map((window) => window.beforeMs))
    const after = Math.max(...windows.map((window) => window.afterMs))
    const { ward, order, 'on-call': onCall } = settings.windows
    const performs = subject.posts.some((post) => post.role === 'technician' || post.role === 'pharmacist')
    const afterStay = Math.max(ward.afterMs, onCall.afterMs, performs ? order.afterMs : 0)
    const places = [...subject.posts, ...subject.rosters, ...subject.rotations]
      .filter((place) => place.until > at)
      .flatMap((place) => below(place.department))
    const [row] = await database.query<{
      relations: [string, CareKind, string, number, number | null][]
      stays: [string, DepartmentId, string, number, number | null][]
      declared: [string, PurposeOfUse, number, number][]
    }>(careStatement, [
      subject.person,
      [...new Set(places)],
      new Date(at + before + lookAheadMs),
      new Date(at - after),
      new Date(at),
      new Date(at - afterStay),
    ])
    return {
      relations: row!.relations.map(([patient, kind, source, from, until]) => ({
        patient,
        kind,
        source,
        from,
        ...(until !== null && { until }),
      })),
      stays: row!.stays.map(([patient, department, source, from, until]) => ({
        patient,
        department,
        source,
        from,
        ...(until !== null && { until }),
      })),
      declared: row!.declared.map(([patient, purpose, from, until]) => ({ patient, purpose, from, until })),
    }
  }

  /** A right that stands on a supervisor or a sponsor ends when that person is stopped. */
  async #readActive(subject: Subject): Promise<ReadonlySet<string>> {
    const others = new Set([
      ...subject.rotations.map((rotation) => rotation.supervisor),
      ...subject.tickets.map((ticket) => ticket.sponsor),
    ])
    const found = await Promise.all([...others].map((person) => this.#desk.directory.subject(person)))
    return new Set(found.filter((other) => other?.active).map((other) => other!.person))
  }

  #readHospital(epoch: AuthorityEpoch): Promise<Hospital> {
    if (this.#hospital && this.#hospitalEpoch === epoch) return this.#hospital
    const { directory, database, bundle } = this.#desk
    const reading = Promise.all([directory.departments(), directory.courses(), requireInForce(database, bundle)]).then(
      ([departments, courses]) => ({
        epoch,
        children: childrenOf(departments),
        courses: new Map(courses.map((course) => [course.id, course.currentVersion])),
      }),
    )
    reading.catch(() => {
      this.#hospital = undefined
    })
    this.#hospital = reading
    this.#hospitalEpoch = epoch
    return reading
  }
}

/** Terms that begin within this time are read too, so that facts stay good while they are kept. */
const lookAheadMs = 86_400_000

function childrenOf(departments: readonly Department[]): ReadonlyMap<DepartmentId, readonly DepartmentId[]> {
  const children = new Map<DepartmentId, DepartmentId[]>()
  for (const { id, parent } of departments) {
    if (parent === undefined) continue
    const siblings = children.get(parent)
    if (siblings) siblings.push(id)
    else children.set(parent, [id])
  }
  return children
}

const careStatement = {
  name: 'authority-care',
  text: `
    select
      coalesce((select json_agg(json_build_array(patient_id, kind, source, epoch_ms(valid_from), epoch_ms(valid_until)))
        from care_relation
        where person_id = $1 and valid_from <= $3 and (valid_until is null or valid_until > $4)), '[]') as relations,
      coalesce((select json_agg(json_build_array(patient_id, department_id, encounter_id,
          epoch_ms(valid_from), epoch_ms(valid_until)))
        from patient_stay
        where department_id = any($2) and valid_from <= $3 and (valid_until is null or valid_until > $6)), '[]') as stays,
      coalesce((select json_agg(json_build_array(patient_id, purpose, epoch_ms(declared_at), epoch_ms(valid_until)))
        from declared_use where person_id = $1 and valid_until > $5), '[]') as declared`,
}
