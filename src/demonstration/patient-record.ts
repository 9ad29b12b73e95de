import type { FhirResource } from '../records/index.ts'
import { date, dateOfDay, dateTime, day, instant } from './calendar.ts'
import { type Chart, write } from './chart.ts'
import { concept, systems, terminology, words } from './coding.ts'
import type { Relation, Story } from './story.ts'
import type { World } from './world.ts'

const relations: Readonly<Record<Relation, string>> = {
  配偶: 'SPS',
  父亲: 'FTH',
  母亲: 'MTH',
  子女: 'CHILD',
  兄弟姐妹: 'SIB',
}

/** The patient as registered; `deceasedAt` is known when the stay has been told. */
export function patientRecord(world: World, story: Story, deceasedAt?: number): FhirResource {
  const number = String(story.index + 1).padStart(8, '0')
  const identifier = (kind: string, type: string, value: string) => ({
    type: { coding: [{ system: `${systems.terminology}/v2-0203`, code: type }], text: kind },
    system: `${systems.identifier}/${type}-${kindKeys[kind]}`,
    value,
  })
  return {
    resourceType: 'Patient',
    id: story.patient,
    meta: {
      versionId: '1',
      lastUpdated: instant(deceasedAt ?? world.start),
      ...(story.truth.vip
        ? {
            security: [
              {
                system: `${systems.terminology}/v3-ActCode`,
                code: 'CEL',
                display: 'celebrity information sensitivity',
              },
            ],
          }
        : {}),
    },
    identifier: [
      identifier('病案号', 'MR', `M${number}`),
      identifier('门诊号', 'PT', `O${number}`),
      ...(story.slot ? [identifier('住院号', 'VN', `I${number}`)] : []),
      identifier('居民身份证', 'NI', story.identityNumber),
      identifier('医保号', 'SS', `YB99${number}`),
    ],
    active: true,
    name: [
      {
        use: 'official',
        text: story.name,
        family: story.name.slice(0, story.name.length - givenOf(story).length),
        given: [givenOf(story)],
      },
    ],
    telecom: [{ system: 'phone', value: story.phone, use: 'mobile' }],
    gender: story.sex,
    birthDate: story.birthDate,
    ...(deceasedAt === undefined ? {} : { deceasedDateTime: dateTime(deceasedAt) }),
    address: [
      {
        use: 'home',
        text: `${world.parameters.hospital.city}${story.address}`,
        city: world.parameters.hospital.city,
        country: 'CN',
      },
    ],
    ...(story.age >= 18 ? { maritalStatus: terminology('v3-MaritalStatus', story.age >= 26 ? 'M' : 'S') } : {}),
    contact: [
      {
        relationship: [
          {
            coding: [{ system: `${systems.terminology}/v3-RoleCode`, code: relations[story.contact.relation] }],
            text: story.contact.relation,
          },
        ],
        name: { text: story.contact.name },
        telecom: [{ system: 'phone', value: story.contact.phone }],
      },
    ],
    managingOrganization: {
      reference: `Organization/${world.parameters.hospital.id}`,
      display: world.parameters.hospital.name,
    },
  }
}

const kindKeys: Readonly<Record<string, string>> = {
  病案号: 'record',
  门诊号: 'clinic',
  住院号: 'ward',
  居民身份证: 'identity',
  医保号: 'insurance',
}
const compound = ['欧阳', '司马', '上官', '诸葛', '尉迟']
const givenOf = (story: Story): string => story.name.slice(compound.includes(story.name.slice(0, 2)) ? 2 : 1)

export function writeAllergy(chart: Chart, at: number): void {
  const { allergy } = chart.story
  if (!allergy) return
  write(chart, at, {
    resourceType: 'AllergyIntolerance',
    clinicalStatus: terminology('allergyintolerance-clinical', 'active', 'Active'),
    verificationStatus: terminology('allergyintolerance-verification', 'confirmed', 'Confirmed'),
    type: 'allergy',
    category: [allergy === '海鲜' ? 'food' : 'medication'],
    criticality: 'low',
    code: words(allergy),
    patient: chart.subject,
    recordedDate: dateTime(at),
    reaction: [{ manifestation: [words('皮疹')], severity: 'mild' }],
  })
}

export function writeImmunization(chart: Chart): void {
  if (!chart.draw.happens(chart.world.parameters.shares.immunization)) return
  const at = chart.world.start + chart.draw.int(chart.world.parameters.spanDays - 30) * day
  write(chart, at, {
    resourceType: 'Immunization',
    status: 'completed',
    vaccineCode: concept(
      systems.house,
      chart.story.age < 14 ? 'mmr' : 'influenza',
      chart.story.age < 14 ? '麻腮风联合减毒活疫苗' : '四价流感病毒裂解疫苗',
    ),
    patient: chart.subject,
    occurrenceDateTime: date(at),
    recorded: dateTime(at),
    primarySource: true,
    lotNumber: `L${dateOfDay(Math.floor(at / day)).replaceAll('-', '')}`,
  })
}
