import type { Sex } from './person.ts'

/**
 * What patients come with, by department. ICD-10 codes (GB/T 14396 four-character level) with their Chinese names;
 * every narrative, order and result of an episode follows from one line, so that text and data agree.
 *
 * code | name | department | sex m/f/* | ages | weight | complaint | examination | laboratory shifts | medicines |
 * operation (ICD-9-CM-3 code and name) | imaging keys. A weight with `o` marks an illness treated without admission.
 */
export interface Illness {
  readonly code: string
  readonly name: string
  readonly department: string
  readonly sex?: Sex
  readonly ageFrom: number
  readonly ageUntil: number
  readonly weight: number
  readonly clinicOnly: boolean
  readonly complaint: string
  readonly examination: string
  readonly raised: readonly string[]
  readonly lowered: readonly string[]
  readonly medicines: readonly string[]
  readonly operation?: { readonly code: string; readonly name: string }
  readonly imaging: readonly string[]
}

const table = `
I20.0|不稳定型心绞痛|cardiology|*|45-84|10|反复胸闷胸痛|双肺呼吸音清，心界不大，心率78次/分，律齐，未闻及病理性杂音|ldl chol|aspirin clopidogrel atorvastatin metoprolol|88.55 冠状动脉造影术|cxr echo
I21.4|急性心内膜下心肌梗死|cardiology|*|42-86|6|突发胸骨后压榨样疼痛|急性病容，双肺底可闻及少许湿啰音，心音低钝，律齐|tni ckmb bnp dd ldl|aspirin clopidogrel atorvastatin heparin metoprolol|36.06 冠状动脉药物洗脱支架置入术|cxr echo
I50.0|充血性心力衰竭|cardiology|*|55-90|8|反复活动后气促、双下肢水肿|半卧位，颈静脉充盈，双肺底湿啰音，双下肢中度凹陷性水肿|bnp cr -na|furosemide spironolactone valsartan metoprolol||cxr echo
I48.9|心房颤动|cardiology|*|50-88|6|反复心悸|心率102次/分，心律绝对不齐，第一心音强弱不等，脉搏短绌|bnp|rivaroxaban metoprolol amiodarone||cxr echo
I10|原发性高血压|cardiology|*|35-85|8|反复头晕、头胀|血压168/98mmHg，心律齐，各瓣膜区未闻及杂音|ldl tg|amlodipine valsartan||cxr echo
I42.0|扩张型心肌病|cardiology|*|30-70|2|活动后胸闷气短|心界向左下扩大，心尖部可闻及收缩期杂音|bnp|furosemide spironolactone metoprolol||cxr echo
I49.5|病态窦房结综合征|cardiology|*|55-85|2|反复头晕、黑矇|心率46次/分，律不齐||aspirin atorvastatin|37.83 双腔永久起搏器植入术|cxr echo
J18.9|肺炎|respiratory|*|20-88|10|咳嗽、咳痰伴发热|右下肺呼吸音低，可闻及湿啰音|wbc neut crp pct|moxifloxacin ambroxol||cxr chest-ct
J44.1|慢性阻塞性肺病伴急性加重|respiratory|*|55-88|9|反复咳嗽、气喘，再发加重|桶状胸，双肺呼吸音低，可闻及散在哮鸣音及湿啰音|wbc neut crp|piperacillin methylpred budesonide salbutamol ambroxol||cxr chest-ct
J45.9|支气管哮喘|respiratory|*|18-70|5|反复发作性喘息|双肺可闻及弥漫性呼气相哮鸣音|wbc|budesonide salbutamol methylpred||cxr
J96.9|呼吸衰竭|respiratory|*|55-90|3|气促、口唇发绀|口唇发绀，双肺可闻及干湿啰音|wbc crp bnp -na|piperacillin methylpred ambroxol||cxr chest-ct
J90|胸腔积液|respiratory|*|25-80|3|胸痛、气促|左下胸叩诊浊音，呼吸音消失|crp dd|cefuroxime|34.91 胸腔穿刺引流术|cxr chest-ct
I26.9|肺栓塞|respiratory|*|40-82|2|突发气促、胸痛|呼吸急促，肺动脉瓣区第二心音亢进|dd bnp tni|heparin rivaroxaban||cxr chest-ct
J20.9|急性支气管炎|respiratory|*|16-75|8o|咳嗽、咳痰|双肺呼吸音粗，未闻及干湿啰音|wbc|azithromycin||cxr
K25.4|胃溃疡伴出血|gastroenterology|*|30-80|6|黑便、上腹痛|贫血貌，剑突下轻压痛，肠鸣音活跃|bun -hb -rbc -hct|omeprazole iron|44.43 胃镜下止血术|abdomen-us
K29.5|慢性胃炎|gastroenterology|*|20-75|9o|反复上腹部隐痛、反酸|上腹部轻压痛，无反跳痛||pantoprazole mosapride||abdomen-us
K85.9|急性胰腺炎|gastroenterology|*|25-75|5|持续性上腹痛伴呕吐|上腹部压痛，轻度肌紧张，肠鸣音减弱|amy wbc neut crp tg|octreotide omeprazole piperacillin||abdomen-ct
K74.6|肝硬化|gastroenterology|*|40-78|5|腹胀、乏力|慢性肝病面容，可见蜘蛛痣，移动性浊音阳性|tbil ast pt -alb -plt|furosemide spironolactone glutathione||abdomen-us abdomen-ct
K63.5|结肠息肉|gastroenterology|*|35-78|6|体检发现结肠息肉|腹软，无压痛及反跳痛||pantoprazole|45.42 内镜下结肠息肉切除术|
K51.9|溃疡性结肠炎|gastroenterology|*|20-60|2|反复黏液脓血便|左下腹压痛|crp esr -hb|methylpred||abdomen-ct
K21.0|胃食管反流病伴食管炎|gastroenterology|*|25-75|6o|反酸、烧心|腹软，剑突下轻压痛||pantoprazole mosapride||
I63.9|脑梗死|neurology|*|48-88|12|突发一侧肢体无力、言语不清|言语含糊，右侧鼻唇沟变浅，右侧肢体肌力3级，右侧巴氏征阳性|ldl glu chol|aspirin clopidogrel atorvastatin edaravone||head-ct
G45.9|短暂性脑缺血发作|neurology|*|45-82|4|发作性肢体麻木无力|神志清楚，四肢肌力5级，病理征未引出|ldl|aspirin atorvastatin||head-ct
G40.9|癫痫|neurology|*|14-70|3|发作性意识丧失、肢体抽搐|神志清楚，神经系统查体未见明显阳性体征||levetiracetam||head-ct
G20|帕金森病|neurology|*|52-84|3|肢体抖动、动作迟缓|面具脸，双上肢静止性震颤，肌张力齿轮样增高||levodopa||head-ct
G43.9|偏头痛|neurology|*|16-60|5o|反复发作性头痛|神经系统查体未见阳性体征||flunarizine||
H81.1|良性阵发性眩晕|neurology|*|30-78|5o|发作性眩晕|Dix-Hallpike试验阳性||betahistine||
N18.5|慢性肾脏病5期|nephrology|*|35-82|7|乏力、尿量减少|贫血貌，双眼睑水肿，双下肢轻度水肿|cr bun ua k -hb -rbc|epo keto furosemide|39.95 血液透析|abdomen-us
N04.9|肾病综合征|nephrology|*|18-65|4|颜面及双下肢水肿|双眼睑及双下肢凹陷性水肿|chol tg -alb|prednisone furosemide|55.23 经皮肾穿刺活检术|abdomen-us
N02.8|IgA肾病|nephrology|*|16-55|3|镜下血尿、蛋白尿|双下肢无水肿，双肾区无叩痛|cr|valsartan prednisone|55.23 经皮肾穿刺活检术|abdomen-us
N10|急性肾盂肾炎|nephrology|f|20-75|3|发热、腰痛伴尿频尿急|右肾区叩击痛阳性|wbc neut crp|ceftriaxone||abdomen-us
E11.6|2型糖尿病伴血糖控制不佳|endocrinology|*|35-82|10|口干、多饮、多尿|皮肤无黄染，双足背动脉搏动减弱|glu a1c tg|metformin insulin glargine dapagliflozin||abdomen-us
E05.0|毒性弥漫性甲状腺肿|endocrinology|*|18-60|4|心慌、怕热、消瘦|双侧甲状腺II度肿大，可闻及血管杂音，双手细震颤阳性|ft4 ft3 -tsh|methimazole metoprolol||thyroid-us
E03.9|甲状腺功能减退症|endocrinology|*|20-75|4o|乏力、怕冷|皮肤干燥，甲状腺未触及肿大|tsh -ft4|levothyroxine||thyroid-us
E10.1|1型糖尿病伴酮症酸中毒|endocrinology|*|14-45|2|恶心呕吐、呼吸深快|脱水貌，呼吸深快，有烂苹果味|glu a1c k wbc|insulin saline potassium||
M10.9|痛风|endocrinology|m|30-75|4|足趾关节红肿疼痛|左侧第一跖趾关节红肿，皮温升高，触痛明显|ua crp|colchicine allopurinol||
C92.0|急性髓系白血病|haematology|*|18-72|3|乏力、发热、皮肤瘀点|贫血貌，胸骨压痛，双下肢散在瘀点|wbc crp -hb -plt|cyclophosphamide ondansetron meropenem gcsf|41.31 骨髓穿刺活检术|chest-ct
C83.3|弥漫大B细胞淋巴瘤|haematology|*|30-78|3|颈部淋巴结肿大|左颈部可触及数枚肿大淋巴结，质韧，活动可|esr|cyclophosphamide prednisone ondansetron||chest-ct
D61.9|再生障碍性贫血|haematology|*|16-70|2|乏力、头晕|贫血貌，皮肤可见瘀斑|-wbc -hb -plt|gcsf prednisone|41.31 骨髓穿刺活检术|
D50.9|缺铁性贫血|haematology|*|16-75|4|头晕、乏力|睑结膜苍白|-hb -rbc -hct -mcv|iron||
C90.0|多发性骨髓瘤|haematology|*|48-80|2|腰背部疼痛|胸腰椎棘突压痛|cr esr -hb|cyclophosphamide prednisone|41.31 骨髓穿刺活检术|chest-ct
M06.9|类风湿关节炎|rheumatology|*|30-75|5|多关节肿痛、晨僵|双手近端指间关节及腕关节肿胀压痛|esr rf crp|methotrexate celecoxib||
M32.9|系统性红斑狼疮|rheumatology|f|16-55|3|面部皮疹、关节痛|面部蝶形红斑，双下肢轻度水肿|esr -wbc -plt|prednisone hydroxychloroquine||chest-ct
M45|强直性脊柱炎|rheumatology|m|18-45|3|腰骶部疼痛伴晨僵|骶髂关节压痛，4字试验阳性|esr crp|celecoxib||
B20.7|人类免疫缺陷病毒病伴多发性感染|infectious|*|20-60|4|发热、消瘦伴咳嗽|消瘦，口腔可见白斑，双肺呼吸音粗|vl crp -cd4 -lym|tdf-3tc dolutegravir cotrimoxazole||chest-ct
Z21|无症状人类免疫缺陷病毒感染状态|infectious|*|18-60|3o|HIV抗体阳性，要求随访|一般情况可，浅表淋巴结未触及肿大|vl|tdf-3tc dolutegravir||
B18.1|慢性乙型病毒性肝炎|infectious|*|22-70|6|乏力、纳差|肝掌阳性，肝肋下未触及|alt ast tbil|entecavir glutathione||abdomen-us
A16.2|肺结核|infectious|*|18-78|4|咳嗽、低热、盗汗|右上肺呼吸音粗|esr crp|isoniazid rifampicin||cxr chest-ct
A53.9|梅毒|infectious|*|20-60|2o|梅毒血清学试验阳性|皮肤黏膜未见皮疹||penicillin-benz||
A41.9|脓毒症|infectious|*|40-86|2|高热、寒战|急性热病容，心率118次/分，四肢湿冷|wbc neut crp pct cr -plt|meropenem saline||chest-ct
B34.9|病毒感染|infectious|*|14-70|4o|发热、全身酸痛|咽部充血|-wbc|oseltamivir||
C34.9|支气管和肺恶性肿瘤|oncology|*|42-82|8|咳嗽、痰中带血|右上肺呼吸音减低，锁骨上淋巴结未触及|cea|cisplatin paclitaxel ondansetron||chest-ct
C18.9|结肠恶性肿瘤|oncology|*|40-82|5|大便习惯改变、便血|左下腹可触及包块|cea ca199 -hb|oxaliplatin capecitabine ondansetron||abdomen-ct
C50.9|乳腺恶性肿瘤|oncology|f|32-75|5|乳腺癌术后，返院化疗|左乳缺如，切口愈合良好||paclitaxel cyclophosphamide ondansetron||chest-ct
C22.0|肝细胞癌|oncology|*|38-78|3|右上腹胀痛、消瘦|肝肋下3cm，质硬|afp alt tbil -alb|entecavir tramadol|99.25 肝动脉化疗栓塞术|abdomen-ct
C16.9|胃恶性肿瘤|oncology|*|42-80|4|上腹部不适、消瘦|上腹部压痛，未触及包块|cea ca199 -hb|oxaliplatin capecitabine||abdomen-ct
K35.8|急性阑尾炎|general-surgery|*|12-70|8|转移性右下腹痛|右下腹麦氏点压痛、反跳痛，轻度肌紧张|wbc neut crp|cefuroxime metronidazole|47.01 腹腔镜下阑尾切除术|abdomen-ct
K80.1|胆囊结石伴慢性胆囊炎|general-surgery|*|28-78|9|反复右上腹痛|右上腹轻压痛，Murphy征可疑阳性||cefuroxime parecoxib|51.23 腹腔镜下胆囊切除术|abdomen-us
K40.9|单侧腹股沟疝|general-surgery|m|30-82|6|腹股沟区可复性包块|右侧腹股沟区可见一4cm包块，平卧可回纳||cefuroxime|53.05 腹腔镜下腹股沟疝修补术|abdomen-us
E04.1|甲状腺结节|general-surgery|*|25-70|5|体检发现甲状腺结节|右侧甲状腺可触及一2cm结节，质中，随吞咽活动||levothyroxine|06.2 甲状腺单侧叶切除术|thyroid-us
K56.6|肠梗阻|general-surgery|*|35-84|4|腹痛、腹胀、停止排气排便|腹部膨隆，可见肠型，肠鸣音亢进|wbc -k -na|omeprazole octreotide potassium||abdomen-ct
C20|直肠恶性肿瘤|general-surgery|*|42-80|4|便血、大便变细|直肠指检距肛缘6cm可触及肿物|cea -hb|cefuroxime metronidazole parecoxib|48.63 腹腔镜下直肠前切除术|abdomen-ct
I83.9|下肢静脉曲张|general-surgery|*|35-75|3|下肢静脉迂曲扩张|左下肢大隐静脉迂曲扩张||heparin|38.59 大隐静脉高位结扎剥脱术|
K64.9|痔|general-surgery|*|22-70|5o|便血、肛门肿物脱出|截石位7点可见痔核脱出||metronidazole||
S72.0|股骨颈骨折|orthopaedics|*|60-92|6|摔伤后髋部疼痛、活动受限|右下肢短缩外旋畸形，右髋部压痛，轴向叩击痛阳性|dd -hb|cefuroxime heparin parecoxib|81.52 人工股骨头置换术|bone-xr
S82.2|胫骨干骨折|orthopaedics|*|18-65|4|外伤后小腿肿痛畸形|右小腿肿胀、畸形，可触及骨擦感|dd|cefuroxime heparin parecoxib|79.36 胫骨骨折切开复位内固定术|bone-xr
M51.2|腰椎间盘突出症|orthopaedics|*|25-70|8|腰痛伴下肢放射痛|腰椎棘旁压痛，右侧直腿抬高试验40°阳性||celecoxib mecobalamin|80.51 腰椎间盘髓核摘除术|spine-ct
M17.1|膝关节骨性关节炎|orthopaedics|*|52-82|6|膝关节疼痛、行走困难|右膝内翻畸形，活动受限||celecoxib heparin|81.54 全膝关节置换术|bone-xr
S52.5|桡骨远端骨折|orthopaedics|*|20-82|5|摔伤致腕部肿痛|左腕部餐叉样畸形，压痛明显||celecoxib|79.32 桡骨骨折切开复位内固定术|bone-xr
M54.5|腰痛|orthopaedics|*|20-75|6o|腰部疼痛|腰椎生理曲度变直，棘旁压痛||celecoxib||bone-xr
S06.5|创伤性硬膜下出血|neurosurgery|*|25-82|4|头部外伤后头痛、呕吐|嗜睡，双侧瞳孔等大等圆，对光反射存在|wbc glu|mannitol levetiracetam omeprazole|01.31 硬脑膜下血肿清除术|head-ct
I61.9|脑内出血|neurosurgery|*|42-80|5|突发头痛、肢体偏瘫|昏睡，左侧肢体肌力2级，颈抵抗阳性|glu wbc|mannitol omeprazole amlodipine|01.39 脑内血肿清除术|head-ct
D32.0|脑膜良性肿瘤|neurosurgery|*|35-75|3|头痛、视物模糊|神经系统查体未见明显阳性体征||mannitol levetiracetam|01.51 脑膜病损切除术|head-ct
I67.1|脑动脉瘤|neurosurgery|*|38-72|2|突发剧烈头痛|颈抵抗阳性，克氏征阳性||mannitol|39.72 颅内动脉瘤栓塞术|head-ct
C34.1|肺上叶恶性肿瘤|cardiothoracic|*|42-78|5|体检发现肺部占位|双肺呼吸音清，未闻及干湿啰音|cea|cefuroxime ambroxol parecoxib|32.41 胸腔镜下肺叶切除术|chest-ct cxr
J93.1|自发性气胸|cardiothoracic|m|16-45|4|突发胸痛、气促|左侧胸廓饱满，叩诊鼓音，呼吸音消失||cefuroxime|34.04 胸腔闭式引流术|cxr chest-ct
I25.1|冠状动脉粥样硬化性心脏病|cardiothoracic|*|52-76|3|反复胸痛，拟行搭桥手术|心率72次/分，律齐|ldl bnp|aspirin atorvastatin metoprolol cefuroxime|36.13 冠状动脉旁路移植术|cxr echo
C15.9|食管恶性肿瘤|cardiothoracic|m|50-76|3|进行性吞咽困难|消瘦，锁骨上淋巴结未触及|cea -alb|cefuroxime omeprazole parecoxib|42.42 食管癌根治术|chest-ct
N20.1|输尿管结石|urology|*|22-70|7|突发腰腹部绞痛|左肾区叩击痛阳性，左输尿管走行区压痛|wbc cr|levofloxacin tamsulosin|56.31 输尿管镜激光碎石术|abdomen-ct
N40|前列腺增生|urology|m|56-86|7|排尿困难、夜尿增多|直肠指检前列腺II度增大，中央沟消失|psa|tamsulosin finasteride|60.29 经尿道前列腺电切术|abdomen-us
C67.9|膀胱恶性肿瘤|urology|*|50-80|3|间歇性无痛性肉眼血尿|双肾区无叩痛|-hb|levofloxacin|57.49 经尿道膀胱病损电切术|abdomen-ct
N39.0|泌尿道感染|urology|*|20-78|5o|尿频、尿急、尿痛|耻骨上区轻压痛|wbc|levofloxacin||
N52.9|男性勃起功能障碍|urology|m|24-60|2o|性功能障碍|外生殖器发育正常||tamsulosin||
D25.9|子宫平滑肌瘤|gynaecology|f|30-54|7|经量增多|子宫增大如孕3月大小，质硬，活动可|-hb|cefuroxime iron|68.31 腹腔镜下子宫肌瘤剔除术|pelvic-us
D27|卵巢良性肿瘤|gynaecology|f|18-55|5|体检发现附件包块|左附件区可触及一5cm囊性包块|ca125|cefuroxime|65.25 腹腔镜下卵巢囊肿剥除术|pelvic-us
O00.1|输卵管妊娠|gynaecology|f|20-42|4|停经、下腹痛伴阴道流血|宫颈举痛阳性，右附件区压痛|hcg -hb|cefuroxime methotrexate|66.62 腹腔镜下输卵管切除术|pelvic-us
N87.1|中度宫颈发育异常|gynaecology|f|25-60|3|宫颈病变|宫颈轻度糜烂样改变||cefuroxime|67.32 宫颈环形电切术|
O04.9|医疗性流产|gynaecology|f|18-42|3|停经，要求终止妊娠|子宫增大如孕50天大小|hcg|cefuroxime|69.01 人工流产吸刮术|pelvic-us
N76.0|急性阴道炎|gynaecology|f|18-60|7o|外阴瘙痒、白带增多|阴道黏膜充血，分泌物量多||metronidazole||
O80.9|单胎顺产|obstetrics|f|21-40|7|停经39周，阵发性腹痛|宫高34cm，腹围102cm，胎心142次/分||oxytocin iron|73.59 手法助产|pelvic-us
O82.0|选择性剖宫产分娩|obstetrics|f|22-43|6|停经38周，瘢痕子宫|宫高35cm，腹围104cm，胎心138次/分|-hb|oxytocin cefuroxime parecoxib|74.1 子宫下段剖宫产术|pelvic-us
O14.1|重度先兆子痫|obstetrics|f|22-42|2|停经34周，血压升高伴头痛|血压166/108mmHg，双下肢水肿|alt ua -plt -alb|magnesium|74.1 子宫下段剖宫产术|pelvic-us
O24.4|妊娠期糖尿病|obstetrics|f|24-42|3|停经30周，血糖升高|宫高28cm，胎心145次/分|glu|insulin||pelvic-us
Z34.9|正常妊娠监督|obstetrics|f|20-42|9o|定期产前检查|宫高、腹围与孕周相符，胎心正常||iron||pelvic-us
N97.1|女性输卵管性不孕|reproductive|f|24-42|5o|未避孕未孕3年|妇科检查未见明显异常|fsh|gonadotropin progesterone||pelvic-us
Z31.2|体外受精|reproductive|f|24-44|5o|拟行体外受精-胚胎移植|妇科检查未见明显异常|-amh|gonadotropin dydrogesterone|65.11 经阴道取卵术|pelvic-us
N46|男性不育症|reproductive|m|24-46|4o|婚后未避孕未育2年|双侧睾丸发育正常||mecobalamin||
E28.2|多囊卵巢综合征|reproductive|f|18-38|4o|月经稀发|体重指数偏高，多毛|lh amh|letrozole metformin||pelvic-us
J18.0|支气管肺炎|paediatrics|*|1-8|9|发热、咳嗽|咽部充血，双肺可闻及中细湿啰音|wbc neut crp|ceftriaxone budesonide ibuprofen||cxr
A08.0|轮状病毒性肠炎|paediatrics|*|1-5|5|腹泻、呕吐|轻度脱水貌，肠鸣音活跃|-na -k|smecta saline||
J21.9|急性毛细支气管炎|paediatrics|*|1-2|4|咳嗽、喘息|双肺可闻及哮鸣音||budesonide salbutamol||cxr
R56.0|热性惊厥|paediatrics|*|1-6|3|发热伴抽搐|神志清楚，咽部充血|wbc|ibuprofen||head-ct
J06.9|急性上呼吸道感染|paediatrics|*|1-13|12o|发热、流涕|咽部充血，双肺呼吸音清|wbc|ibuprofen||
J45.0|变应性哮喘|paediatrics|*|4-14|4o|反复咳嗽、喘息|双肺可闻及少许哮鸣音||montelukast budesonide||
H25.9|老年性白内障|ophthalmology|*|58-88|9|视物模糊|双眼晶状体混浊||levofloxacin-eye prednisolone-eye|13.41 白内障超声乳化吸除术|
H40.2|原发性闭角型青光眼|ophthalmology|*|50-80|3|眼胀痛、视力下降|右眼压38mmHg，角膜雾状水肿||latanoprost mannitol|12.64 小梁切除术|
H33.0|视网膜脱离伴视网膜断裂|ophthalmology|*|30-70|3|视物遮挡感|眼底可见视网膜青灰色隆起||levofloxacin-eye prednisolone-eye|14.74 玻璃体切割术|
H10.9|结膜炎|ophthalmology|*|10-75|6o|眼红、分泌物增多|双眼结膜充血||levofloxacin-eye||
H52.1|近视|ophthalmology|*|8-35|5o|视力下降|双眼前节未见异常||levofloxacin-eye||
J32.9|慢性鼻窦炎|otolaryngology|*|18-68|6|鼻塞、流脓涕|双侧中鼻道可见脓性分泌物||cefuroxime mometasone|22.63 鼻内镜下筛窦切除术|sinus-ct
J35.0|慢性扁桃体炎|otolaryngology|*|14-45|5|反复咽痛|双侧扁桃体II度肿大||cefuroxime|28.2 扁桃体切除术|
H91.2|特发性突聋|otolaryngology|*|22-70|4|突发听力下降伴耳鸣|双侧鼓膜完整||methylpred mecobalamin||
J38.1|声带息肉|otolaryngology|*|25-65|3|声音嘶哑|左侧声带前中1/3可见息肉||cefuroxime|30.09 支撑喉镜下声带病损切除术|
J30.4|变应性鼻炎|otolaryngology|*|10-60|6o|鼻痒、喷嚏、流清涕|双侧鼻黏膜苍白水肿||mometasone loratadine||
L20.9|特应性皮炎|dermatology|*|6-60|6o|皮肤红斑、瘙痒|四肢屈侧可见红斑丘疹，伴抓痕||loratadine tacrolimus-ointment||
L50.9|荨麻疹|dermatology|*|10-65|6o|全身风团伴瘙痒|躯干四肢可见散在风团||loratadine||
L70.0|寻常痤疮|dermatology|*|13-35|5o|面部丘疹、脓疱|面部可见粉刺、炎性丘疹||isotretinoin||
B02.9|带状疱疹|dermatology|*|35-82|4o|单侧胸背部疱疹伴疼痛|左胸背部沿肋间神经分布簇集性水疱||famciclovir gabapentin||
L40.9|银屑病|dermatology|*|18-65|4o|躯干鳞屑性红斑|躯干四肢可见鳞屑性红斑，Auspitz征阳性||tacrolimus-ointment||
A63.0|肛门生殖器疣|dermatology|*|20-50|2o|外生殖器赘生物|外生殖器可见菜花样赘生物||tacrolimus-ointment||
F32.2|重度抑郁发作|psychiatry|*|18-65|7|情绪低落、兴趣减退|意识清，情绪低落，思维迟缓，有消极观念，自知力部分||escitalopram zopiclone lorazepam||
F20.0|偏执型精神分裂症|psychiatry|*|18-55|6|凭空闻语、疑人害己|接触被动，存在言语性幻听及被害妄想，自知力缺乏|tg|olanzapine risperidone||
F31.1|双相情感障碍，躁狂发作|psychiatry|*|18-55|4|兴奋话多、睡眠减少|情感高涨，思维奔逸，自我评价过高||lithium olanzapine||
F41.1|广泛性焦虑障碍|psychiatry|*|20-65|6|紧张担心、失眠|焦虑面容，坐立不安，自知力存在||sertraline lorazepam||
F51.0|非器质性失眠症|psychiatry|*|22-75|6o|入睡困难|接触可，情绪稍焦虑||zopiclone||
F10.2|酒精依赖综合征|psychiatry|m|30-62|3|长期大量饮酒，停饮后手抖|双手细震颤，定向力完整|alt ast|lorazepam mecobalamin||
F00.1|阿尔茨海默病性痴呆|psychiatry|*|65-88|3|记忆力减退|近记忆力明显减退，计算力差||donepezil||head-ct
I69.3|脑梗死后遗症|rehabilitation|*|50-84|8|肢体活动不利|左侧肢体肌力3级，肌张力增高，Brunnstrom III期|ldl|aspirin atorvastatin baclofen|93.39 康复训练|head-ct
T91.3|脊髓损伤后遗症|rehabilitation|*|22-65|3|双下肢瘫痪|双下肢肌力1级，感觉平面位于T10||baclofen mecobalamin|93.39 康复训练|spine-ct
M75.0|肩周炎|rehabilitation|*|42-70|4o|肩部疼痛、活动受限|右肩关节外展受限||celecoxib||
M47.8|颈椎病|chinese-medicine|*|30-75|6|颈肩部疼痛伴上肢麻木|颈椎棘旁压痛，臂丛牵拉试验阳性，舌淡苔白，脉弦||celecoxib mecobalamin||spine-ct
G51.0|面神经麻痹|chinese-medicine|*|18-70|4|口角歪斜、眼睑闭合不全|右侧额纹变浅，鼻唇沟变浅，舌红苔薄，脉浮||prednisone mecobalamin||
K59.0|便秘|chinese-medicine|*|30-82|4o|大便干结|腹软，左下腹可触及粪块，舌红少津，脉细||liuwei||
N95.1|绝经期综合征|chinese-medicine|f|44-58|4o|潮热、汗出、心烦|舌红少苔，脉细数||liuwei||
K04.0|牙髓炎|stomatology|*|14-70|6o|牙齿自发性疼痛|右下第一磨牙深龋，叩痛阳性||amoxicillin ibuprofen||
K01.1|阻生牙|stomatology|*|18-40|5o|智齿反复肿痛|左下第三磨牙近中阻生||amoxicillin metronidazole|23.19 阻生牙拔除术|
K05.3|慢性牙周炎|stomatology|*|25-70|5o|刷牙出血、牙齿松动|全口牙石II度，牙龈红肿||metronidazole||
R10.4|腹痛|emergency|*|16-78|7o|突发腹痛|脐周轻压痛，无反跳痛|wbc|omeprazole||abdomen-us
R50.9|发热|emergency|*|14-80|7o|发热|咽部充血，心率104次/分|wbc crp|ibuprofen||cxr
S01.9|头部开放性伤口|emergency|*|16-70|5o|外伤致头部裂伤|右额部可见一3cm裂伤，活动性出血||cefuroxime|86.59 清创缝合术|head-ct
T14.0|多处浅表损伤|emergency|*|16-65|4o|外伤后多处疼痛|四肢多处皮肤擦伤||celecoxib||bone-xr
R55|晕厥|emergency|*|25-82|4o|突发一过性意识丧失|神志清楚，神经系统查体未见异常|glu|saline||head-ct
T63.4|昆虫蜇伤|emergency|*|14-70|2o|蜂蜇伤后局部肿痛|右前臂红肿，可见蜇痕||loratadine methylpred||
F10.0|急性酒精中毒|emergency|*|18-60|4o|大量饮酒后意识模糊|嗜睡，呼气有酒味||saline omeprazole||
T74.1|躯体虐待综合征|emergency|f|18-60|1o|被家庭成员殴打致伤|面部及四肢多处皮下瘀斑||celecoxib||bone-xr
`

export const illnesses: readonly Illness[] = table.trim().split('\n').map(parse)

function parse(line: string): Illness {
  const cell = line.split('|')
  const [code = '', name = '', department = '', sex, ages = '', weight = '', complaint = '', examination = ''] = cell
  const shifts = words(cell[8])
  const [operationCode, operationName] = words(cell[10])
  const [ageFrom = 0, ageUntil = 0] = ages.split('-').map(Number)
  return {
    code,
    name,
    department,
    ...(sex === 'm' ? { sex: 'male' as const } : sex === 'f' ? { sex: 'female' as const } : {}),
    ageFrom,
    ageUntil,
    weight: Number.parseInt(weight, 10),
    clinicOnly: weight.endsWith('o'),
    complaint,
    examination,
    raised: shifts.filter((key) => !key.startsWith('-')),
    lowered: shifts.filter((key) => key.startsWith('-')).map((key) => key.slice(1)),
    medicines: words(cell[9]),
    ...(operationCode && operationName ? { operation: { code: operationCode, name: operationName } } : {}),
    imaging: words(cell[11]),
  }
}

function words(cell: string | undefined): readonly string[] {
  return cell ? cell.split(' ').filter((word) => word !== '') : []
}
