/** The plan of the hospital: which departments it has, how long their patients stay and how many come. */
export type DepartmentKind =
  | 'clinical'
  | 'ward'
  | 'clinic'
  | 'emergency'
  | 'laboratory'
  | 'imaging'
  | 'pharmacy'
  | 'administrative'

export interface DepartmentSpecification {
  readonly key: string
  readonly name: string
  readonly english: string
  readonly kind: DepartmentKind
  /** Wards in the smallest world; 0 for departments with a clinic only. */
  readonly wards: number
  /** Mean length of a stay in days. */
  readonly stayDays: number
  /** Share of admissions and of clinic visits, in relative weights. */
  readonly admissions: number
  readonly visits: number
  /** Whether patients pass through intensive care. */
  readonly intensive: boolean
  readonly surgical: boolean
}

const clinical = (
  key: string,
  name: string,
  english: string,
  numbers: readonly [wards: number, stayDays: number, admissions: number, visits: number],
  traits = '',
): DepartmentSpecification => ({
  key,
  name,
  english,
  kind: key === 'emergency' ? 'emergency' : 'clinical',
  wards: numbers[0],
  stayDays: numbers[1],
  admissions: numbers[2],
  visits: numbers[3],
  intensive: traits.includes('i'),
  surgical: traits.includes('s'),
})

const service = (key: string, name: string, english: string, kind: DepartmentKind): DepartmentSpecification => ({
  key,
  name,
  english,
  kind,
  wards: 0,
  stayDays: 0,
  admissions: 0,
  visits: 0,
  intensive: false,
  surgical: false,
})

export const departmentPlan: readonly DepartmentSpecification[] = [
  clinical('cardiology', '心血管内科', 'Cardiology', [2, 7, 11, 11], 'i'),
  clinical('respiratory', '呼吸与危重症医学科', 'Respiratory Medicine', [1, 9, 7, 7], 'i'),
  clinical('gastroenterology', '消化内科', 'Gastroenterology', [1, 7, 6, 8]),
  clinical('neurology', '神经内科', 'Neurology', [1, 10, 7, 7], 'i'),
  clinical('nephrology', '肾内科', 'Nephrology', [1, 9, 4, 3]),
  clinical('endocrinology', '内分泌科', 'Endocrinology', [1, 7, 4, 8]),
  clinical('haematology', '血液内科', 'Haematology', [1, 13, 3, 2]),
  clinical('rheumatology', '风湿免疫科', 'Rheumatology', [1, 9, 2, 3]),
  clinical('infectious', '感染性疾病科', 'Infectious Diseases', [1, 10, 3, 3]),
  clinical('oncology', '肿瘤科', 'Oncology', [1, 9, 5, 3]),
  clinical('general-surgery', '普通外科', 'General Surgery', [2, 7, 8, 5], 'si'),
  clinical('orthopaedics', '骨科', 'Orthopaedics', [1, 10, 7, 7], 's'),
  clinical('neurosurgery', '神经外科', 'Neurosurgery', [1, 14, 3, 2], 'si'),
  clinical('cardiothoracic', '心胸外科', 'Cardiothoracic Surgery', [1, 11, 3, 2], 'si'),
  clinical('urology', '泌尿外科', 'Urology', [1, 6, 4, 4], 's'),
  clinical('gynaecology', '妇科', 'Gynaecology', [1, 6, 4, 6], 's'),
  clinical('obstetrics', '产科', 'Obstetrics', [1, 4, 6, 6], 's'),
  clinical('reproductive', '生殖医学科', 'Reproductive Medicine', [0, 0, 0, 3]),
  clinical('paediatrics', '儿科', 'Paediatrics', [1, 6, 6, 9]),
  clinical('ophthalmology', '眼科', 'Ophthalmology', [1, 3, 3, 6], 's'),
  clinical('otolaryngology', '耳鼻咽喉头颈外科', 'Otolaryngology', [1, 6, 3, 5], 's'),
  clinical('dermatology', '皮肤科', 'Dermatology', [0, 0, 0, 6]),
  clinical('psychiatry', '精神心理科', 'Psychiatry', [1, 24, 3, 5]),
  clinical('rehabilitation', '康复医学科', 'Rehabilitation', [1, 18, 3, 3]),
  clinical('chinese-medicine', '中医科', 'Traditional Chinese Medicine', [1, 10, 2, 6]),
  clinical('stomatology', '口腔科', 'Stomatology', [0, 0, 0, 5]),
  clinical('emergency', '急诊医学科', 'Emergency Medicine', [0, 0, 0, 0]),
  service('intensive-care', '重症医学科', 'Intensive Care Medicine', 'clinical'),
  service('anaesthesia', '麻醉科', 'Anaesthesiology', 'clinical'),
  service('laboratory', '检验科', 'Clinical Laboratory', 'laboratory'),
  service('pathology', '病理科', 'Pathology', 'laboratory'),
  service('imaging', '医学影像科', 'Medical Imaging', 'imaging'),
  service('ultrasound', '超声医学科', 'Ultrasound', 'imaging'),
  service('pharmacy', '药学部', 'Pharmacy', 'pharmacy'),
  service('president-office', '院长办公室', 'President’s Office', 'administrative'),
  service('medical-affairs', '医务部', 'Medical Affairs', 'administrative'),
  service('nursing-office', '护理部', 'Nursing Office', 'administrative'),
  service('record-room', '病案科', 'Medical Record Room', 'administrative'),
  service('quality-office', '质量管理科', 'Quality Management', 'administrative'),
  service('insurance-office', '医疗保险办公室', 'Insurance Office', 'administrative'),
  service('education-office', '教学部', 'Education Office', 'administrative'),
  service('discipline-office', '纪检监察室', 'Discipline Inspection', 'administrative'),
  service('information-centre', '信息中心', 'Information Centre', 'administrative'),
  service('security-office', '网络与数据安全办公室', 'Network and Data Security Office', 'administrative'),
  service('audit-office', '审计科', 'Audit Office', 'administrative'),
  service('publicity-office', '宣传部', 'Publicity Office', 'administrative'),
]
