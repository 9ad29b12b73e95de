import type { FhirResource } from '../records/index.ts'
import { dateTime, hour, minute } from './calendar.ts'
import { amend, type Chart, write } from './chart.ts'
import { narrative, organization, practitioner, type Reference, systems } from './coding.ts'
import type { Staff } from './staff.ts'
import type { HospitalDepartment } from './ward-plan.ts'

/** 病历文书 as Compositions with titled sections. Titles follow 病历书写基本规范 (2010). */
const noteTypes = {
  admission: { title: '入院记录', loinc: '34117-2', display: 'History and physical note' },
  'first-progress': { title: '首次病程记录', loinc: '11506-3', display: 'Progress note' },
  progress: { title: '病程记录', loinc: '11506-3', display: 'Progress note' },
  round: { title: '上级医师查房记录', loinc: '11506-3', display: 'Progress note' },
  operation: { title: '手术记录', loinc: '11504-8', display: 'Surgical operation note' },
  consult: { title: '会诊记录', loinc: '11488-4', display: 'Consult note' },
  discharge: { title: '出院记录', loinc: '18842-5', display: 'Discharge summary' },
  death: { title: '死亡记录', loinc: '18842-5', display: 'Discharge summary' },
  clinic: { title: '门诊病历', loinc: '34108-1', display: 'Outpatient Note' },
  emergency: { title: '急诊病历', loinc: '34878-9', display: 'Emergency medicine Note' },
  nursing: { title: '护理记录', loinc: '34746-8', display: 'Nurse Note' },
} as const
export type NoteType = keyof typeof noteTypes

export interface NoteOrder {
  readonly type: NoteType
  readonly encounter: Reference
  readonly at: number
  readonly author: Staff
  readonly department: HospitalDepartment
  readonly sections: readonly (readonly [title: string, text: string])[]
  /** Who corrects the note, and when: the first version then says something slightly else. */
  readonly corrected?: { readonly by: Staff; readonly at: number }
}

export function writeNote(chart: Chart, order: NoteOrder): FhirResource {
  const type = noteTypes[order.type]
  const note = {
    resourceType: 'Composition',
    status: 'final',
    type: {
      coding: [
        { system: systems.loinc, code: type.loinc, display: type.display },
        { system: systems.house, code: order.type, display: type.title },
      ],
      text: type.title,
    },
    subject: chart.subject,
    encounter: order.encounter,
    date: dateTime(order.at),
    author: [practitioner(order.author)],
    title: type.title,
    attester: [{ mode: 'legal', time: dateTime(order.at), party: practitioner(order.author) }],
    custodian: organization(order.department),
  }
  const correction = order.corrected
  if (!correction || correction.at >= chart.world.end)
    return write(chart, order.at, { ...note, section: sectionsOf(order.sections) })
  const draft = asFirstWritten(order.sections)
  const first = write(chart, order.at, { ...note, section: sectionsOf(draft) })
  const attester = [
    ...note.attester,
    { mode: 'professional', time: dateTime(correction.at), party: practitioner(correction.by) },
  ]
  const second = amend(chart, correction.at, first, {
    status: 'amended',
    attester,
    section: sectionsOf(order.sections),
  })
  const later = correction.at + 2 * hour + chart.draw.int(90) * minute
  if (!chart.draw.happens(0.3) || later >= chart.world.end) return second
  const added = order.sections.map(([title, text], at): readonly [string, string] =>
    at === order.sections.length - 1
      ? [title, `${text}\n补记：以上内容已与患者及家属核对，家属表示理解。`]
      : [title, text],
  )
  return amend(chart, later, second, { section: sectionsOf(added) })
}

function sectionsOf(sections: NoteOrder['sections']) {
  return sections.map(([title, text]) => ({ title, text: narrative(text) }))
}

/** What is corrected most in practice: the wrong side, a number mistyped, a part left for later. */
function asFirstWritten(sections: NoteOrder['sections']): NoteOrder['sections'] {
  const mistakes: readonly ((text: string) => string)[] = [
    (text) => text.replace(/[左右](?=[侧上下肺肾膝踝腕髋颈胸眼附输])/, (side) => (side === '左' ? '右' : '左')),
    (text) => text.replace(/\d+(?=年|月|天|小时|次)/, (count) => String(Number(count) + 1)),
    () => '待补充。',
  ]
  for (const mistake of mistakes) {
    const at = sections.findIndex(([, text]) => mistake(text) !== text)
    if (at >= 0) return sections.map(([title, text], each) => [title, each === at ? mistake(text) : text] as const)
  }
  return sections
}
