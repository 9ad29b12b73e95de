import { dayOf, hour, minute, momentOf, written } from './calendar.ts'
import { writeNote } from './note.ts'
import { askConsult, operate } from './order.ts'
import { doctorAt } from './roster.ts'
import type { VitalSigns } from './vital-signs.ts'
import { diagnosesText, doctorFor, nextWorkday, nurseFor, type Stay } from './ward-stay.ts'
import {
  caseFeatures,
  chiefComplaint,
  examinationText,
  findingsText,
  medicationText,
  nursingPhrase,
  pastHistory,
  presentIllness,
  privateHistories,
  progressPhrase,
  signsText,
} from './wording.ts'
import { teamOf } from './world.ts'

/** The notes of a stay, each by whoever was there to write it, from what was known at that time. */
export function writeAdmissionNotes(stay: Stay, signs: VitalSigns): void {
  const { chart, plan } = stay
  const { story } = chart
  const at = plan.admittedAt + 5 * hour
  if (at >= plan.until) return
  const author = doctorFor(stay, at)
  const known = stay.findings.filter((finding) => finding.at <= at)
  const correctedAt = momentOf(nextWorkday(dayOf(at) + 1), 9.75)
  const corrected =
    chart.draw.happens(chart.world.parameters.shares.noteAmended * 2) && correctedAt < plan.until
      ? { by: plan.attending, at: correctedAt }
      : undefined
  writeNote(chart, {
    type: 'admission',
    encounter: stay.encounter,
    at,
    author,
    department: plan.slot.department,
    sections: [
      ['主诉', chiefComplaint(story, stay.illDays)],
      ['现病史', presentIllness(story, stay.illDays)],
      ['既往史', pastHistory(story)],
      ['个人史', '生于原籍，无疫区居住史，无毒物接触史。'],
      ...privateHistories(story),
      ['家族史', '否认家族性遗传病史。'],
      ['体格检查', examinationText(story, signs)],
      ['辅助检查', findingsText(known)],
      ['初步诊断', diagnosesText(stay)],
    ],
    ...(corrected ? { corrected } : {}),
  })
  const firstAt = at + 40 * minute
  if (firstAt >= plan.until) return
  writeNote(chart, {
    type: 'first-progress',
    encounter: stay.encounter,
    at: firstAt,
    author: doctorFor(stay, firstAt),
    department: plan.slot.department,
    sections: [
      ['病例特点', caseFeatures(story, stay.illDays)],
      ['拟诊讨论', `根据患者症状、体征及辅助检查（${findingsText(known)}），考虑诊断：${story.illness.name}。`],
      [
        '诊疗计划',
        `1.完善相关检查；2.治疗：${medicationText(stay.medicines)}3.${story.illness.operation ? `拟择期行${story.illness.operation.name}；` : '密切观察病情变化；'}4.向患者及家属交代病情。`,
      ],
    ],
  })
}

export function writeConsult(stay: Stay): void {
  const { chart, plan } = stay
  const consult = plan.consult!
  askConsult(chart, stay.encounter, consult)
  if (consult.answeredAt >= chart.world.end) return
  writeNote(chart, {
    type: 'consult',
    encounter: stay.encounter,
    at: consult.answeredAt,
    author: consult.consultant,
    department: consult.department,
    sections: [
      [
        '会诊目的',
        `患者因“${chart.story.illness.name}”住${plan.slot.ward.name}，请${consult.department.name}协助诊治。`,
      ],
      [
        '会诊意见',
        `病史敬悉，查看患者。${findingsText(stay.findings.filter((finding) => finding.at <= consult.answeredAt))}建议：1.继续目前治疗；2.${consult.department.name}情况予对症处理；3.定期复查，必要时再次会诊。`,
      ],
    ],
  })
}

export function writeOperation(stay: Stay): void {
  const { chart, plan } = stay
  const operation = plan.operation!
  if (operation.orderedAt >= chart.world.end) return
  operate(chart, stay.encounter, operation, plan.slot.department)
  const at = operation.until + 45 * minute
  if (at >= plan.until) return
  const { illness } = chart.story
  writeNote(chart, {
    type: 'operation',
    encounter: stay.encounter,
    at,
    author: doctorAt(
      chart.world.parameters,
      operation.surgeon,
      teamOf(chart.world, plan.slot.department.key).attendings,
      at,
    ),
    department: plan.slot.department,
    sections: [
      ['术前诊断', illness.name],
      ['术后诊断', illness.name],
      ['手术名称', illness.operation!.name],
      [
        '手术人员',
        `术者：${operation.surgeon.name}；第一助手：${operation.assistant.name}；麻醉：${operation.anaesthetist.name}`,
      ],
      ['手术时间', `${written(operation.from)} 至 ${written(operation.until)}`],
      [
        '手术经过',
        `麻醉满意后，患者取合适体位，常规消毒铺巾，行${illness.operation!.name}。术中探查与术前诊断相符，手术顺利，术中出血约${20 + chart.draw.int(30) * 10}ml，未输血，生命体征平稳。清点器械敷料无误。术毕患者安返${plan.intensive ? '重症监护病区' : '病房'}。`,
      ],
      ['术后处理', '予吸氧、心电监护，抗感染、止痛、补液等对症治疗，密切观察生命体征及切口情况。'],
    ],
  })
}

export function writeProgress(stay: Stay, at: number, signs: VitalSigns | undefined, after: number): void {
  const { chart, plan } = stay
  const isRound = after === 1 || after % 7 === 0
  const known = stay.findings.filter((finding) => finding.at <= at)
  const attendings = teamOf(chart.world, plan.slot.department.key).attendings
  const superior = doctorAt(chart.world.parameters, plan.attending, attendings, at)
  const author = isRound ? superior : doctorFor(stay, at)
  const correctedAt = momentOf(nextWorkday(dayOf(at) + 1), 16)
  const corrected =
    !isRound && chart.draw.happens(chart.world.parameters.shares.noteAmended) && correctedAt < plan.until
      ? { by: plan.attending, at: correctedAt }
      : undefined
  const operated =
    plan.operation && plan.operation.until < at
      ? `术后第${Math.max(1, dayOf(at) - dayOf(plan.operation.until))}天，切口敷料干燥，无渗血渗液。`
      : ''
  writeNote(chart, {
    type: isRound ? 'round' : 'progress',
    encounter: stay.encounter,
    at,
    author,
    department: plan.slot.department,
    sections: [
      [
        '病情变化',
        `${progressPhrase(stay.course(at), after + chart.story.index)}。${operated}${signs ? signsText(signs) : ''}`,
      ],
      ['辅助检查', findingsText(known)],
      [
        isRound ? '查房意见' : '处理',
        isRound
          ? `${superior.name}${superior.title}查房：患者诊断${chart.story.illness.name}明确，目前治疗有效。继续${medicationText(plan.slot.department.surgical ? stay.medicines.slice(0, 2) : stay.medicines.slice(0, 3))}注意观察病情变化，复查相关指标。`
          : `继续目前治疗：${medicationText(stay.medicines.slice(0, 3))}`,
      ],
    ],
    ...(corrected ? { corrected } : {}),
  })
}

export function writeNursing(stay: Stay, at: number, signs: VitalSigns | undefined, after: number): void {
  if (at >= stay.plan.until) return
  writeNote(stay.chart, {
    type: 'nursing',
    encounter: stay.encounter,
    at,
    author: nurseFor(stay, at),
    department: stay.plan.slot.department,
    sections: [
      ['生命体征', signs ? signsText(signs) : '平稳。'],
      ['护理观察与措施', nursingPhrase(after + stay.chart.story.index)],
    ],
  })
}

export function writeDischarge(stay: Stay): void {
  const { chart, plan } = stay
  const { story } = chart
  const at = plan.dischargedAt! - 30 * minute
  const treatment = `入院后完善相关检查：${findingsText(stay.atAdmission)}予${medicationText(stay.medicines)}${plan.operation ? `于${written(plan.operation.from).slice(0, 10)}行${story.illness.operation!.name}，手术顺利。` : ''}`
  writeNote(chart, {
    type: plan.died ? 'death' : 'discharge',
    encounter: stay.encounter,
    at,
    author: doctorFor(stay, at),
    department: plan.slot.department,
    sections: plan.died
      ? [
          ['入院情况', `${chiefComplaint(story, stay.illDays)}${story.illness.examination}。`],
          [
            '诊疗经过',
            `${treatment}患者病情进行性加重，于${written(at - 30 * minute)}突发心跳呼吸骤停，经积极抢救无效，宣布临床死亡。`,
          ],
          ['死亡诊断', diagnosesText(stay)],
        ]
      : [
          ['入院情况', `${chiefComplaint(story, stay.illDays)}${story.illness.examination}。`],
          ['诊疗经过', treatment],
          [
            '出院情况',
            `患者一般情况良好，症状明显缓解。出院前复查：${findingsText(stay.findings.filter((finding) => finding.at <= at))}准予出院。`,
          ],
          ['出院诊断', diagnosesText(stay)],
          [
            '出院医嘱',
            `1.${medicationText(stay.medicines.slice(0, 3))}2.注意休息，合理饮食；3.2周后${plan.slot.department.name}门诊复查；4.不适随诊。`,
          ],
        ],
  })
}
