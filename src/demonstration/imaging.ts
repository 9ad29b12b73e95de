/** Imaging examinations: how they are asked for, what is found, and which pictures belong to them. */
export interface ImagingExamination {
  readonly key: string
  readonly name: string
  /** DICOM modality. */
  readonly modality: 'DX' | 'CT' | 'US'
  readonly bodySite: string
  readonly unit: 'imaging' | 'ultrasound'
  readonly picture?: 'chest' | 'slice' | 'head' | 'bone'
  readonly normal: { readonly findings: string; readonly conclusion: string }
  readonly abnormal: { readonly findings: string; readonly conclusion: string }
}

const examination = (
  head: string,
  normal: readonly [string, string],
  abnormal: readonly [string, string],
): ImagingExamination => {
  const [key = '', name = '', modality, bodySite = '', unit, picture] = head.split('|')
  return {
    key,
    name,
    modality: modality === 'CT' ? 'CT' : modality === 'US' ? 'US' : 'DX',
    bodySite,
    unit: unit === 'ultrasound' ? 'ultrasound' : 'imaging',
    ...(picture === 'chest' || picture === 'slice' || picture === 'head' || picture === 'bone' ? { picture } : {}),
    normal: { findings: normal[0], conclusion: normal[1] },
    abnormal: { findings: abnormal[0], conclusion: abnormal[1] },
  }
}

const all = [
  examination(
    'cxr|胸部正位片|DX|胸部|imaging|chest',
    [
      '双肺纹理清晰，走行自然，肺野内未见实质性病变。心影大小、形态正常。双膈光整，肋膈角锐利。',
      '心肺膈未见明显异常。',
    ],
    [
      '双肺纹理增多、增粗，右下肺野可见斑片状密度增高影，边缘模糊。心影稍增大，主动脉迂曲。',
      '1.右下肺渗出性病变；2.心影增大，请结合临床。',
    ],
  ),
  examination(
    'chest-ct|胸部CT平扫|CT|胸部|imaging|slice',
    ['双肺支气管血管束走行自然，肺实质内未见异常密度影。纵隔内未见肿大淋巴结。', '胸部CT平扫未见明显异常。'],
    [
      '右肺可见片状及结节状高密度影，部分边缘毛糙。纵隔淋巴结稍增大。左侧胸腔少量积液。',
      '1.右肺病变，建议结合临床复查；2.左侧胸腔少量积液。',
    ],
  ),
  examination(
    'abdomen-ct|腹部CT平扫+增强|CT|腹部|imaging|slice',
    ['肝脏大小形态正常，实质密度均匀。胆囊、胰腺、脾脏及双肾未见异常。', '上腹部CT未见明显异常。'],
    [
      '病变区可见异常密度影，增强扫描呈不均匀强化，周围脂肪间隙模糊，少量渗出。',
      '腹部占位/炎性改变，请结合临床及实验室检查。',
    ],
  ),
  examination(
    'head-ct|颅脑CT平扫|CT|头颅|imaging|head',
    ['脑实质内未见异常密度影，脑室系统大小形态正常，中线结构居中。', '颅脑CT平扫未见明显异常。'],
    [
      '左侧基底节区可见片状异常密度影，边界欠清，邻近脑室轻度受压，中线结构无明显移位。',
      '左侧基底节区异常密度影，建议进一步检查。',
    ],
  ),
  examination(
    'sinus-ct|鼻窦CT平扫|CT|鼻窦|imaging|head',
    ['双侧鼻窦气化良好，窦壁骨质完整。', '鼻窦CT未见明显异常。'],
    ['双侧筛窦及上颌窦黏膜增厚，窦腔内可见软组织密度影。', '双侧筛窦、上颌窦炎。'],
  ),
  examination(
    'spine-ct|椎间盘CT平扫|CT|脊柱|imaging|slice',
    ['椎体序列整齐，椎间盘未见膨出及突出。', '椎间盘CT未见明显异常。'],
    ['椎间盘向后突出，硬膜囊受压，相应椎管狭窄，椎体边缘骨质增生。', '椎间盘突出，椎体退行性变。'],
  ),
  examination(
    'bone-xr|骨关节正侧位片|DX|骨与关节|imaging|bone',
    ['所示诸骨骨质结构完整，关节间隙正常。', '骨关节未见明显异常。'],
    [
      '骨皮质连续性中断，可见透亮线影，断端轻度移位，周围软组织肿胀；关节边缘骨质增生。',
      '骨质改变如上所述，请结合临床。',
    ],
  ),
  examination(
    'echo|超声心动图|US|心脏|ultrasound',
    ['各房室腔大小正常，室壁运动协调，左室射血分数64%。', '静息状态下心内结构及血流未见明显异常。'],
    ['左房、左室增大，左室壁运动减弱，二尖瓣轻中度反流，左室射血分数46%。', '左心增大，二尖瓣反流，左室收缩功能减低。'],
  ),
  examination(
    'abdomen-us|腹部彩超|US|腹部|ultrasound',
    ['肝胆胰脾双肾形态大小正常，回声均匀。', '肝胆胰脾双肾未见明显异常。'],
    ['脏器回声增粗、欠均匀，可见强回声伴声影，血流信号未见明显异常。', '腹部脏器异常回声，请结合临床。'],
  ),
  examination(
    'thyroid-us|甲状腺彩超|US|甲状腺|ultrasound',
    ['甲状腺大小形态正常，回声均匀。', '甲状腺未见明显异常。'],
    ['甲状腺右叶可见低回声结节，大小约1.8×1.2cm，边界欠清，血流信号较丰富。', '甲状腺右叶结节，TI-RADS 4a类。'],
  ),
  examination(
    'pelvic-us|盆腔彩超|US|盆腔|ultrasound',
    ['子宫大小形态正常，双附件区未见异常回声。', '子宫附件未见明显异常。'],
    ['盆腔内可见异常回声，与孕周或病程相符，边界清，周边可见血流信号。', '盆腔超声所见如上，请结合临床。'],
  ),
]

export const imagingExaminations: ReadonlyMap<string, ImagingExamination> = new Map(all.map((item) => [item.key, item]))
