/**
 * Laboratory items and panels. LOINC codes stand where they are sure; the others carry the house code only.
 * `deviation` is the spread in health; `shift` is how far an illness moves the item, up or down.
 */
export interface LaboratoryItem {
  readonly key: string
  readonly loinc?: string
  readonly name: string
  readonly unit: string
  readonly low: number
  readonly high: number
  readonly decimals: number
  /** A marked rise and a marked fall, as seen in the illnesses of the catalogue. */
  readonly raised: number
  readonly lowered: number
}

export interface LaboratoryPanel {
  readonly key: string
  readonly loinc?: string
  readonly name: string
  readonly items: readonly LaboratoryItem[]
}

export interface QualitativeTest {
  readonly key: string
  readonly loinc: string
  readonly name: string
}

const table = `
wbc|6690-2|白细胞计数|10*9/L|3.5|9.5|2|15.6|2.1
neut|770-8|中性粒细胞百分比|%|40|75|1|88|32
lym|736-9|淋巴细胞百分比|%|20|50|1|62|9
rbc|789-8|红细胞计数|10*12/L|3.8|5.8|2|6.4|2.7
hb|718-7|血红蛋白|g/L|115|175|0|192|76
hct|4544-3|红细胞压积|%|35|50|1|56|24
mcv|787-2|平均红细胞体积|fL|82|100|1|112|71
plt|777-3|血小板计数|10*9/L|125|350|0|520|42
crp|1988-5|C反应蛋白|mg/L|0|10|1|96|0
pct|33959-8|降钙素原|ng/mL|0|0.05|2|3.2|0
alt|1742-6|丙氨酸氨基转移酶|U/L|7|40|0|186|5
ast|1920-8|天门冬氨酸氨基转移酶|U/L|13|35|0|142|8
tbil|14631-6|总胆红素|umol/L|3.4|20.5|1|68|2
alb|1751-7|白蛋白|g/L|40|55|1|60|27
bun|22664-7|尿素|mmol/L|2.6|8.8|2|21.4|1.8
cr|14682-9|肌酐|umol/L|41|97|0|412|30
ua|14933-6|尿酸|umol/L|155|428|0|586|120
k|2823-3|钾|mmol/L|3.5|5.3|2|6.1|2.9
na|2951-2|钠|mmol/L|137|147|1|152|127
cl|2075-0|氯|mmol/L|99|110|1|116|90
glu|14749-6|葡萄糖|mmol/L|3.9|6.1|2|14.8|2.8
chol|14647-2|总胆固醇|mmol/L|2.9|5.2|2|7.3|2.2
tg|14927-8|甘油三酯|mmol/L|0.45|1.7|2|4.6|0.3
ldl|22748-8|低密度脂蛋白胆固醇|mmol/L|1.2|3.4|2|4.9|0.8
pt|5902-2|凝血酶原时间|s|9.4|12.5|1|19.8|8.5
inr|6301-6|国际标准化比值|1|0.8|1.2|2|2.4|0.7
aptt|14979-9|活化部分凝血活酶时间|s|25.1|36.5|1|58|21
fib|3255-7|纤维蛋白原|g/L|2|4|2|6.2|1.1
dd|48065-7|D-二聚体|mg/L|0|0.55|2|4.8|0
tni|10839-9|肌钙蛋白I|ng/mL|0|0.04|3|6.4|0
ckmb|13969-1|肌酸激酶同工酶|ng/mL|0|5|1|48|0
bnp|33762-6|N末端B型钠尿肽前体|pg/mL|0|125|0|4260|0
a1c|4548-4|糖化血红蛋白|%|4|6|1|10.4|3.8
tsh|3016-3|促甲状腺激素|mIU/L|0.35|4.94|2|18.6|0.01
ft4|14920-3|游离甲状腺素|pmol/L|9|19|1|46|5.2
ft3|14928-6|游离三碘甲状腺原氨酸|pmol/L|2.6|5.7|1|16.8|1.9
cea|2039-6|癌胚抗原|ng/mL|0|5|2|38|0
afp|1834-1|甲胎蛋白|ng/mL|0|7|2|420|0
ca125|10334-1|糖类抗原125|U/mL|0|35|1|268|0
ca199|24108-3|糖类抗原19-9|U/mL|0|37|1|310|0
psa|2857-1|前列腺特异性抗原|ng/mL|0|4|2|26|0
hcg|21198-7|人绒毛膜促性腺激素|IU/L|0|5|0|28600|0
fsh|15067-2|促卵泡激素|IU/L|3.5|12.5|1|28|1.2
lh|10501-5|促黄体生成素|IU/L|2.4|12.6|1|24|0.9
amh|38476-8|抗米勒管激素|ng/mL|1.2|6.8|2|12.4|0.32
amy|1798-8|淀粉酶|U/L|35|135|0|980|18
esr||红细胞沉降率|mm/h|0|20|0|78|0
rf||类风湿因子|IU/mL|0|20|1|168|0
cd4|24467-3|CD4+T淋巴细胞计数|/uL|500|1600|0|1900|186
vl|20447-9|HIV-1核糖核酸|{copies}/mL|0|50|0|86400|0
`

export const laboratoryItems: ReadonlyMap<string, LaboratoryItem> = new Map(
  table
    .trim()
    .split('\n')
    .map((line): readonly [string, LaboratoryItem] => {
      const [key = '', loinc = '', name = '', unit = '', ...numbers] = line.split('|')
      const [low = 0, high = 0, decimals = 0, raised = 0, lowered = 0] = numbers.map(Number)
      return [key, { key, ...(loinc ? { loinc } : {}), name, unit, low, high, decimals, raised, lowered }]
    }),
)

const panel = (key: string, name: string, items: string, loinc?: string): readonly [string, LaboratoryPanel] => [
  key,
  { key, name, ...(loinc ? { loinc } : {}), items: items.split(' ').map((item) => laboratoryItems.get(item)!) },
]

export const panels: ReadonlyMap<string, LaboratoryPanel> = new Map([
  panel('cbc', '血常规', 'wbc neut lym rbc hb hct plt', '58410-2'),
  panel('bio', '生化全套', 'alt ast tbil alb bun cr ua k na glu', '24323-8'),
  panel('lipid', '血脂', 'chol tg ldl'),
  panel('coag', '凝血功能', 'pt inr aptt fib dd'),
  panel('inflam', '炎症指标', 'crp pct'),
  panel('cardiac', '心肌标志物', 'tni ckmb bnp'),
  panel('thyroid', '甲状腺功能', 'tsh ft4 ft3'),
  panel('diabetes', '糖代谢', 'glu a1c'),
  panel('tumour', '肿瘤标志物', 'cea afp ca125 ca199'),
  panel('prostate', '前列腺特异性抗原', 'psa'),
  panel('hormone', '性激素', 'fsh lh amh'),
  panel('pregnancy', '妊娠相关激素', 'hcg'),
  panel('pancreas', '胰腺功能', 'amy'),
  panel('immune', '风湿免疫', 'esr rf'),
  panel('hiv-load', 'HIV感染监测', 'cd4 vl'),
])

/** 感染四项 before admission to surgery and procedures; the HIV result is a sensitive kind of its own. */
export const infectionScreen: readonly QualitativeTest[] = [
  { key: 'hbsag', loinc: '5196-1', name: '乙型肝炎病毒表面抗原' },
  { key: 'hcv', loinc: '13955-0', name: '丙型肝炎病毒抗体' },
  { key: 'tp', loinc: '24110-9', name: '梅毒螺旋体抗体' },
  { key: 'hiv', loinc: '56888-1', name: '人类免疫缺陷病毒抗原抗体' },
]
