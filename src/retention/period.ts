import type { Words } from './words.ts'

/** What care a patient ever had; or that an entry speaks of no patient. */
export const careClasses = ['outpatient', 'inpatient', 'psychiatric', 'no-patient'] as const
export type CareClass = (typeof careClasses)[number]

/** How long the bodies of entries are kept after the last event, for one class of care and type of record. */
export interface RetentionPeriod {
  readonly careClass: CareClass
  /** FHIR resource type of the record used; `*` for every other. */
  readonly recordType: string
  readonly months: number
}

/** No period is set below these. The same stand in migration 0091 as a constraint. */
export const floorMonths: Readonly<Record<CareClass, number>> = {
  outpatient: 15 * 12,
  inpatient: 30 * 12,
  psychiatric: 30 * 12,
  'no-patient': 6,
}

/**
 * What each floor follows. A trace of use lives as long as the record it is about. Numbers whose articles are not checked
 * against the published text yet (†) are shown as settings of the institution, not as law.
 */
export const periodSources: Readonly<Record<CareClass, Words>> = {
  outpatient: {
    zh: '门（急）诊病历：自最后一次就诊起不少于 15 年（可配置；依据条款待核）',
    en: 'outpatient and emergency records: at least 15 years from the last visit (configurable; article to be checked)',
  },
  inpatient: {
    zh: '住院病历：自最后一次出院起不少于 30 年（可配置；依据条款待核）',
    en: 'inpatient records: at least 30 years from the last discharge (configurable; article to be checked)',
  },
  psychiatric: {
    zh: '精神障碍诊疗病历：不少于 30 年，门诊亦同（《精神卫生法》第四十七条）',
    en: 'psychiatric records: at least 30 years, outpatient ones too (Mental Health Law art. 47)',
  },
  'no-patient': {
    zh: '不涉及患者的网络日志：不少于 6 个月（《网络安全法》第二十一条；可配置，依据条款待核）',
    en: 'logs about no patient: at least 6 months (Cybersecurity Law art. 21; configurable, article to be checked)',
  },
}

/** Months for a class of care and a type of record: its own period, or that of every other type. */
export function monthsFor(periods: readonly RetentionPeriod[], careClass: CareClass, recordType?: string): number {
  const ofClass = periods.filter((period) => period.careClass === careClass)
  const own = ofClass.find((period) => period.recordType === recordType)
  const any = ofClass.find((period) => period.recordType === '*')
  return Math.max(floorMonths[careClass], (own ?? any)?.months ?? longestMonths(periods))
}

/** For whatever is not known. */
export const longestMonths = (periods: readonly RetentionPeriod[]): number =>
  Math.max(...Object.values(floorMonths), ...periods.map((period) => period.months))

/** The same day so many months later, or the last day of that month where it has no such day. */
export function monthsLater(ms: number, months: number): number {
  const from = new Date(ms)
  const later = new Date(ms)
  later.setUTCMonth(from.getUTCMonth() + months)
  if (later.getUTCDate() !== from.getUTCDate()) later.setUTCDate(0)
  return later.getTime()
}
