import type { Finding } from './chart.ts'
import { medicines } from './medicines.ts'
import type { Story } from './story.ts'
import type { VitalSigns } from './vital-signs.ts'

/** Sentences of a record, made from the facts of its patient, so that text and data agree. */

const sexWord = (story: Story): string => (story.sex === 'male' ? '男' : '女')

/** Complaints that say their own time, or have none: a pregnancy in weeks, a finding of a check-up, a planned course. */
const hasOwnTime = (complaint: string): boolean => /停经|体检|拟行|要求|返院|定期|^宫颈病变|未孕|年$/.test(complaint)

export function chiefComplaint(story: Story, days: number): string {
  const { complaint } = story.illness
  return hasOwnTime(complaint) ? `${complaint}。` : `${complaint}${lengthWord(days)}。`
}

const lengthWord = (days: number): string =>
  days >= 365 ? `${Math.round(days / 365)}年` : days >= 60 ? `${Math.round(days / 30)}月` : `${days}天`

export function presentIllness(story: Story, days: number): string {
  const { complaint, name } = story.illness
  const onset = hasOwnTime(complaint)
    ? `患者${complaint}，无发热、畏寒等不适`
    : `患者于${lengthWord(days)}前无明显诱因出现${complaint}，休息后未见明显缓解`
  return `${onset}。病程中精神、食欲、睡眠一般，大小便如常，体重无明显变化。为求进一步诊治来我院，以“${name}”收入${story.department.name}。`
}

export function pastHistory(story: Story): string {
  const parts = [
    hypertensionHistory(story),
    diabetesHistory(story),
    '否认外伤、输血史。',
    story.allergy ? `对${story.allergy}过敏。` : '否认药物及食物过敏史。',
  ]
  return parts.join('')
}

function hypertensionHistory(story: Story): string {
  if (story.illness.code === 'I10') return '发现血压升高3年，未规律服药。'
  return story.hypertension ? '高血压病史8年，规律服用苯磺酸氨氯地平片5mg每日一次，血压控制可。' : '否认高血压病史。'
}

function diabetesHistory(story: Story): string {
  if (/^E1[01]/.test(story.illness.code)) return '糖尿病病史见现病史。'
  return story.diabetes ? '2型糖尿病病史5年，口服盐酸二甲双胍片0.5g每日三次。' : '否认糖尿病病史。'
}

/** Sections more private than the note they stand in. */
export function privateHistories(story: Story): readonly (readonly [string, string])[] {
  const sections: (readonly [string, string])[] = []
  if (story.hivHistory)
    sections.push([
      '传染病史',
      'HIV抗体阳性3年，于定点医院服用替诺福韦拉米夫定片、多替拉韦钠片，病毒载量低于检测下限。',
    ])
  if (story.psychiatricHistory)
    sections.push(['精神心理史', '抑郁发作病史4年，口服草酸艾司西酞普兰片10mg每日一次，情绪平稳，否认消极言行。'])
  if (story.sex === 'female' && story.age >= 14) {
    const pregnancies = story.infertilityHistory
      ? '因不孕行体外受精-胚胎移植一次，未成功。'
      : story.age > 26
        ? 'G2P1，顺产一次，人工流产一次。'
        : '未孕。'
    sections.push([
      '月经婚育史',
      `初潮13岁，周期28-30天，经期5天。${story.age >= 24 ? '已婚，' : '未婚，'}${pregnancies}`,
    ])
  } else if (story.age >= 18) sections.push(['婚育史', story.age >= 25 ? '适龄结婚，配偶体健，育有1子。' : '未婚。'])
  return sections
}

export function signsText(signs: VitalSigns): string {
  return `T ${signs.temperature}℃，P ${signs.pulse}次/分，BP ${signs.systolic}/${signs.diastolic}mmHg。`
}

export function examinationText(story: Story, signs: VitalSigns): string {
  return `${signsText(signs)}神志清楚，查体合作，全身皮肤黏膜无黄染。专科情况：${story.illness.examination}。`
}

export function findingsText(findings: readonly Finding[]): string {
  const abnormal = findings.filter((finding) => finding.abnormal).slice(-8)
  if (findings.length === 0) return '暂无新的检查结果。'
  return abnormal.length === 0
    ? '近期化验及检查未见明显异常。'
    : `${abnormal.map((finding) => finding.text.replace(/。$/, '')).join('；')}。余未见明显异常。`
}

export function medicationText(keys: readonly string[]): string {
  const names = keys.map((key) => {
    const medicine = medicines.get(key)!
    return `${medicine.name} ${medicine.dose}${unitWord(medicine.unit)} ${medicine.route} ${frequencyWord(medicine.perDay)}`
  })
  return names.length === 0 ? '对症处理。' : `${names.join('；')}。`
}

export const frequencyWord = (perDay: number): string =>
  ['', '每日一次', '每日两次', '每日三次', '每日四次'][perDay] ?? '遵医嘱'
const unitWords: Readonly<Record<string, string>> = {
  '[iU]': 'IU',
  ug: 'μg',
  '{drop}': '滴',
  '{tablet}': '片',
  '{application}': '次',
}
export const unitWord = (unit: string): string => unitWords[unit] ?? unit

export function caseFeatures(story: Story, days: number): string {
  return `1.患者${sexWord(story)}性，${story.age}岁；2.以“${chiefComplaint(story, days).replace('。', '')}”为主要表现入院；3.${pastHistory(story)}4.查体：${story.illness.examination}。`
}

const progressPhrases = [
  '患者诉症状较前减轻，精神、食欲可，夜间睡眠尚可',
  '患者一般情况可，未诉特殊不适',
  '患者诉仍有轻度不适，较入院时好转',
  '患者今日精神好转，可下床活动，大小便正常',
  '患者病情平稳，未再出现入院时症状',
]
export const progressPhrase = (course: number, at: number): string =>
  course > 0.75 ? `患者仍诉${'不适'}，较入院时无明显变化` : progressPhrases[at % progressPhrases.length]!

const nursingPhrases = [
  '患者卧床休息，神志清楚，呼吸平稳，皮肤完整。遵医嘱给予治疗，用药后无不良反应。已行跌倒、压力性损伤风险评估并宣教。',
  '巡视病房，患者情绪稳定，输液通畅，穿刺部位无红肿渗出。协助翻身拍背，指导有效咳嗽。',
  '患者夜间入睡好，未诉不适。床栏保护，呼叫器置于手边。',
  '协助患者完成晨间护理，饮食指导：低盐低脂饮食。患者及家属表示理解。',
]
export const nursingPhrase = (at: number): string => nursingPhrases[at % nursingPhrases.length]!
