import type { PatientId } from '../kernel/index.ts'
import { dateOfDay } from './calendar.ts'
import { type Chance, chance, weighted } from './chance.ts'
import type { Illness } from './illnesses.ts'
import { address, givenName, identityNumber, type Sex, telephone } from './person.ts'
import type { Staff } from './staff.ts'
import { type HospitalDepartment, type Slot, slotAt } from './ward-plan.ts'
import type { World } from './world.ts'

/** One patient, before any record: who it is, what is wrong, and by which way into the hospital. */
export interface Story {
  readonly index: number
  readonly patient: PatientId
  readonly name: string
  readonly sex: Sex
  readonly birthDate: string
  readonly age: number
  readonly identityNumber: string
  readonly phone: string
  readonly address: string
  readonly contact: { readonly name: string; readonly relation: Relation; readonly phone: string }
  readonly insurance: string
  readonly illness: Illness
  readonly department: HospitalDepartment
  readonly way: 'admission' | 'emergency' | 'emergency-now' | 'clinic' | 'clinic-today' | 'clinic-tomorrow'
  readonly slot?: Slot
  readonly hypertension: boolean
  readonly diabetes: boolean
  readonly hivHistory: boolean
  readonly psychiatricHistory: boolean
  readonly infertilityHistory: boolean
  readonly allergy?: string
  readonly truth: Truth
}

export type Relation = '配偶' | '父亲' | '母亲' | '子女' | '兄弟姐妹'

/** What is so and stands in no record: for judging, later, what a detector found without knowing it. */
export interface Truth {
  readonly vip: boolean
  /** The patient works here. */
  readonly staff?: Staff
  /** The patient is of the family of someone who works here. */
  readonly kin?: { readonly staff: Staff; readonly relation: Relation }
}

export const patientId = (index: number): PatientId => `pt-${String(index + 1).padStart(7, '0')}` as PatientId

const allergens = ['青霉素', '头孢菌素', '磺胺类', '碘造影剂', '阿司匹林', '海鲜']
const insurances = weighted([
  ['城镇职工基本医疗保险', 52],
  ['城乡居民基本医疗保险', 38],
  ['公费医疗', 3],
  ['自费', 7],
])

export function storyOf(world: World, index: number): Story {
  const draw = chance(world.seed, 'story', index)
  const fate = world.fateOf(index)
  const { way, department, slot } = wayOf(world, fate, draw)
  const truth = truthOf(world, index, draw)
  const choices = (slot ? world.admittingIllnesses : world.clinicIllnesses).get(department.key) ?? []
  const { illness, person } = fit(world, choices, truth.staff, draw)
  const own = person ?? {
    sex: illness.sex ?? (draw.happens(0.51) ? ('male' as const) : ('female' as const)),
    birthDate: dateOfDay(Math.floor(world.endDay - draw.between(illness.ageFrom, illness.ageUntil + 1) * 365.25)),
  }
  const birthYear = Number(own.birthDate.slice(0, 4))
  const age = Math.max(1, new Date(world.end).getUTCFullYear() - birthYear)
  const kin = person ? undefined : truth.kin
  const bloodKin = kin !== undefined && kin.relation !== '配偶' && kin.relation !== '母亲'
  const surname = person?.surname ?? (bloodKin ? kin.staff.surname : world.book.surname(draw.next()))
  const rareShare = world.parameters.shares.rareName
  const old = age >= 45
  return {
    index,
    patient: patientId(index),
    name: person?.name ?? surname + givenName(world.book, own.sex, birthYear, rareShare, draw),
    sex: own.sex,
    birthDate: own.birthDate,
    age,
    identityNumber: identityNumber(own.birthDate, own.sex, index),
    phone: person?.phone ?? telephone(index),
    address: person?.address ?? kin?.staff.address ?? address(world.parameters, draw),
    contact: kin
      ? { name: kin.staff.name, relation: inverseRelation(kin.relation, age), phone: kin.staff.phone }
      : contactOf(world, surname, own.sex, age, index, draw),
    insurance: insurances(draw.next()),
    illness,
    department,
    way,
    ...(slot ? { slot } : {}),
    hypertension: old && illness.code !== 'I10' && draw.happens(world.parameters.shares.hypertension),
    diabetes: old && !illness.code.startsWith('E1') && draw.happens(world.parameters.shares.diabetes),
    hivHistory:
      age >= 20 &&
      illness.code !== 'B20.7' &&
      illness.code !== 'Z21' &&
      draw.happens(world.parameters.shares.hivHistory),
    psychiatricHistory:
      age >= 18 && department.key !== 'psychiatry' && draw.happens(world.parameters.shares.psychiatricHistory),
    infertilityHistory:
      own.sex === 'female' && age >= 25 && age < 45 && draw.happens(world.parameters.shares.infertilityHistory * 4),
    ...(draw.happens(world.parameters.shares.allergy) ? { allergy: draw.pick(allergens) } : {}),
    truth: { vip: truth.vip, ...(person ? { staff: person } : {}), ...(kin ? { kin } : {}) },
  }
}

function wayOf(world: World, fate: number, draw: Chance): Pick<Story, 'way' | 'department' | 'slot'> {
  if (fate < world.admissions) {
    const slot = slotAt(world.departments, fate, world.parameters)
    return { way: 'admission', department: slot.department, slot }
  }
  const emergency = world.department.get('emergency')!
  const { emergencyNow, appointments, shares } = world.parameters
  let rest = fate - world.admissions
  if (rest < emergencyNow) return { way: 'emergency-now', department: emergency }
  rest -= emergencyNow
  const department = world.clinicDepartment(draw.next())
  if (rest < appointments.today) return { way: 'clinic-today', department }
  if (rest < appointments.today + appointments.tomorrow) return { way: 'clinic-tomorrow', department }
  if (draw.happens(shares.emergencyOnly)) return { way: 'emergency', department: emergency }
  return { way: 'clinic', department }
}

function truthOf(world: World, index: number, draw: Chance): Truth {
  const { staffPatient, staffKin, vip } = world.parameters.everyNth
  const { all } = world.personnel
  const isVip = index % vip === vip >> 1
  if (index % staffPatient === 13 && Math.floor(index / staffPatient) < all.length) {
    // A step through the staff that meets each of them at most once.
    const staff = all[(Math.floor(index / staffPatient) * 17) % all.length]!
    return { vip: isVip, ...(all.length % 17 === 0 ? {} : { staff }) }
  }
  if (index % staffKin !== 5) return { vip: isVip }
  const staff = all[(Math.floor(index / staffKin) * 7) % all.length]!
  return { vip: isVip, kin: { staff, relation: draw.pick(['配偶', '父亲', '母亲', '子女', '兄弟姐妹']) } }
}

/** An illness that a member of staff can have, if the patient is one; otherwise any of the department. */
function fit(
  world: World,
  choices: readonly Illness[],
  staff: Staff | undefined,
  draw: Chance,
): { illness: Illness; person?: Staff } {
  const at = draw.next()
  const any = weighted(choices.map((illness) => [illness, illness.weight] as const))(at)
  if (!staff) return { illness: any }
  const age = new Date(world.end).getUTCFullYear() - Number(staff.birthDate.slice(0, 4))
  const possible = choices.filter(
    (illness) => (!illness.sex || illness.sex === staff.sex) && illness.ageFrom <= age && age <= illness.ageUntil,
  )
  if (possible.length === 0) return { illness: any }
  return { illness: weighted(possible.map((illness) => [illness, illness.weight] as const))(at), person: staff }
}

/** `relation` is what the patient is to the member of staff; a contact is what that person is to the patient. */
function inverseRelation(relation: Relation, age: number): Relation {
  if (relation === '父亲' || relation === '母亲') return '子女'
  if (relation === '子女') return age % 2 === 0 ? '父亲' : '母亲'
  return relation
}

function contactOf(
  world: World,
  surname: string,
  sex: Sex,
  age: number,
  index: number,
  draw: Chance,
): Story['contact'] {
  const relation: Relation =
    age < 22 ? draw.pick(['父亲', '母亲']) : age > 65 ? '子女' : draw.pick(['配偶', '配偶', '兄弟姐妹'])
  const contactSex: Sex =
    relation === '配偶'
      ? sex === 'male'
        ? 'female'
        : 'male'
      : relation === '母亲'
        ? 'female'
        : relation === '父亲' || draw.happens(0.5)
          ? 'male'
          : 'female'
  const sameSurname = relation === '父亲' || relation === '兄弟姐妹' || (relation === '子女' && sex === 'male')
  const year = new Date(world.end).getUTCFullYear() - age + (relation === '子女' ? 26 : age < 22 ? -27 : 0)
  const own = sameSurname ? surname : world.book.surname(draw.next())
  return {
    name: own + givenName(world.book, contactSex, year, 0, draw),
    relation,
    phone: telephone(40_000_000 + index),
  }
}
