/** Medicines by generic name: what is given, how much, how, how often. */
export interface Medicine {
  readonly key: string
  readonly name: string
  readonly dose: number
  readonly unit: string
  readonly route: string
  readonly perDay: number
}

const table = `
aspirin|阿司匹林肠溶片|100|mg|口服|1
clopidogrel|硫酸氢氯吡格雷片|75|mg|口服|1
atorvastatin|阿托伐他汀钙片|20|mg|口服|1
metoprolol|琥珀酸美托洛尔缓释片|47.5|mg|口服|1
amlodipine|苯磺酸氨氯地平片|5|mg|口服|1
valsartan|缬沙坦胶囊|80|mg|口服|1
furosemide|呋塞米注射液|20|mg|静脉注射|1
spironolactone|螺内酯片|20|mg|口服|1
isosorbide|单硝酸异山梨酯缓释片|40|mg|口服|1
warfarin|华法林钠片|3|mg|口服|1
rivaroxaban|利伐沙班片|15|mg|口服|1
heparin|低分子肝素钙注射液|4100|[iU]|皮下注射|2
amiodarone|盐酸胺碘酮片|200|mg|口服|3
cefuroxime|注射用头孢呋辛钠|1.5|g|静脉滴注|2
ceftriaxone|注射用头孢曲松钠|2|g|静脉滴注|1
piperacillin|注射用哌拉西林钠他唑巴坦钠|4.5|g|静脉滴注|3
moxifloxacin|盐酸莫西沙星氯化钠注射液|0.4|g|静脉滴注|1
meropenem|注射用美罗培南|1|g|静脉滴注|3
azithromycin|阿奇霉素片|0.5|g|口服|1
amoxicillin|阿莫西林胶囊|0.5|g|口服|3
ambroxol|盐酸氨溴索注射液|30|mg|静脉滴注|2
budesonide|吸入用布地奈德混悬液|1|mg|雾化吸入|2
salbutamol|硫酸沙丁胺醇吸入溶液|5|mg|雾化吸入|2
tiotropium|噻托溴铵粉吸入剂|18|ug|吸入|1
methylpred|注射用甲泼尼龙琥珀酸钠|40|mg|静脉滴注|1
prednisone|醋酸泼尼松片|30|mg|口服|1
omeprazole|注射用奥美拉唑钠|40|mg|静脉滴注|2
pantoprazole|泮托拉唑钠肠溶片|40|mg|口服|1
mosapride|枸橼酸莫沙必利片|5|mg|口服|3
octreotide|醋酸奥曲肽注射液|0.1|mg|皮下注射|3
ursodeoxycholic|熊去氧胆酸胶囊|250|mg|口服|2
entecavir|恩替卡韦分散片|0.5|mg|口服|1
glutathione|注射用还原型谷胱甘肽|1.2|g|静脉滴注|1
mannitol|甘露醇注射液|25|g|静脉滴注|2
edaravone|依达拉奉注射液|30|mg|静脉滴注|2
citicoline|胞磷胆碱钠注射液|0.5|g|静脉滴注|1
levetiracetam|左乙拉西坦片|0.5|g|口服|2
levodopa|多巴丝肼片|125|mg|口服|3
flunarizine|盐酸氟桂利嗪胶囊|5|mg|口服|1
betahistine|甲磺酸倍他司汀片|6|mg|口服|3
metformin|盐酸二甲双胍片|0.5|g|口服|3
insulin|门冬胰岛素注射液|8|[iU]|皮下注射|3
glargine|甘精胰岛素注射液|14|[iU]|皮下注射|1
acarbose|阿卡波糖片|50|mg|口服|3
dapagliflozin|达格列净片|10|mg|口服|1
methimazole|甲巯咪唑片|10|mg|口服|2
levothyroxine|左甲状腺素钠片|50|ug|口服|1
allopurinol|非布司他片|40|mg|口服|1
colchicine|秋水仙碱片|0.5|mg|口服|2
celecoxib|塞来昔布胶囊|0.2|g|口服|2
methotrexate|甲氨蝶呤片|10|mg|口服|1
hydroxychloroquine|硫酸羟氯喹片|0.2|g|口服|2
iron|多糖铁复合物胶囊|150|mg|口服|1
epo|重组人促红素注射液|3000|[iU]|皮下注射|1
keto|复方α-酮酸片|2.52|g|口服|3
tacrolimus|他克莫司胶囊|1|mg|口服|2
cyclophosphamide|注射用环磷酰胺|0.8|g|静脉滴注|1
cisplatin|注射用顺铂|40|mg|静脉滴注|1
paclitaxel|紫杉醇注射液|210|mg|静脉滴注|1
oxaliplatin|注射用奥沙利铂|150|mg|静脉滴注|1
capecitabine|卡培他滨片|1.5|g|口服|2
ondansetron|盐酸昂丹司琼注射液|8|mg|静脉注射|1
gcsf|重组人粒细胞刺激因子注射液|150|ug|皮下注射|1
tramadol|盐酸曲马多缓释片|100|mg|口服|2
parecoxib|注射用帕瑞昔布钠|40|mg|静脉注射|2
ibuprofen|布洛芬混悬液|5|mL|口服|3
tamsulosin|盐酸坦索罗辛缓释胶囊|0.2|mg|口服|1
finasteride|非那雄胺片|5|mg|口服|1
levofloxacin|左氧氟沙星片|0.5|g|口服|1
oxytocin|缩宫素注射液|10|[iU]|静脉滴注|1
magnesium|硫酸镁注射液|15|g|静脉滴注|1
progesterone|黄体酮注射液|40|mg|肌内注射|1
letrozole|来曲唑片|2.5|mg|口服|1
gonadotropin|重组促卵泡素注射液|150|[iU]|皮下注射|1
dydrogesterone|地屈孕酮片|10|mg|口服|2
metronidazole|甲硝唑片|0.4|g|口服|3
oseltamivir|磷酸奥司他韦颗粒|30|mg|口服|2
montelukast|孟鲁司特钠咀嚼片|4|mg|口服|1
smecta|蒙脱石散|3|g|口服|3
levofloxacin-eye|左氧氟沙星滴眼液|1|{drop}|滴眼|4
prednisolone-eye|醋酸泼尼松龙滴眼液|1|{drop}|滴眼|4
latanoprost|拉坦前列素滴眼液|1|{drop}|滴眼|1
mometasone|糠酸莫米松鼻喷雾剂|100|ug|喷鼻|1
loratadine|氯雷他定片|10|mg|口服|1
tacrolimus-ointment|他克莫司软膏|1|{application}|外用|2
isotretinoin|异维A酸软胶丸|10|mg|口服|2
famciclovir|泛昔洛韦片|0.25|g|口服|3
gabapentin|加巴喷丁胶囊|0.3|g|口服|3
sertraline|盐酸舍曲林片|50|mg|口服|1
escitalopram|草酸艾司西酞普兰片|10|mg|口服|1
olanzapine|奥氮平片|10|mg|口服|1
risperidone|利培酮片|2|mg|口服|2
lithium|碳酸锂片|0.25|g|口服|3
lorazepam|劳拉西泮片|0.5|mg|口服|2
zopiclone|右佐匹克隆片|2|mg|口服|1
donepezil|盐酸多奈哌齐片|5|mg|口服|1
mecobalamin|甲钴胺片|0.5|mg|口服|3
baclofen|巴氯芬片|10|mg|口服|3
naoxintong|脑心通胶囊|1.6|g|口服|3
liuwei|六味地黄丸|6|g|口服|2
tdf-3tc|替诺福韦拉米夫定片|1|{tablet}|口服|1
dolutegravir|多替拉韦钠片|50|mg|口服|1
cotrimoxazole|复方磺胺甲噁唑片|0.96|g|口服|1
isoniazid|异烟肼片|0.3|g|口服|1
rifampicin|利福平胶囊|0.45|g|口服|1
penicillin-benz|注射用苄星青霉素|2400000|[iU]|肌内注射|1
saline|0.9%氯化钠注射液|500|mL|静脉滴注|1
potassium|氯化钾缓释片|1|g|口服|2
`

export const medicines: ReadonlyMap<string, Medicine> = new Map(
  table
    .trim()
    .split('\n')
    .map((line): readonly [string, Medicine] => {
      const [key = '', name = '', dose = '', unit = '', route = '', perDay = ''] = line.split('|')
      return [key, { key, name, dose: Number(dose), unit, route, perDay: Number(perDay) }]
    }),
)
