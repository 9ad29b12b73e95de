import type { RecordCategory, RecordLabel, SensitiveKind } from './label.ts'

/**
 * The hospital's labelling rules: data only, read by `classify.ts`. Levels follow GB/T 39725-2020 in outline;
 * a hospital moves them here. A rule can raise a level, never lower one.
 */
type Level = RecordLabel['sensitivity']

/** What a resource of a type is when nothing else is known of it. */
export const typeRules: Readonly<Record<string, readonly [RecordCategory, Level]>> = {
  Patient: ['identity', 2],
  Person: ['identity', 3],
  RelatedPerson: ['identity', 3],
  Encounter: ['encounter', 2],
  EpisodeOfCare: ['encounter', 2],
  Flag: ['encounter', 2],
  CareTeam: ['encounter', 2],
  Composition: ['note', 2],
  DocumentReference: ['note', 2],
  DocumentManifest: ['note', 2],
  ClinicalImpression: ['note', 2],
  QuestionnaireResponse: ['note', 2],
  Communication: ['note', 2],
  CommunicationRequest: ['note', 2],
  CarePlan: ['note', 2],
  Goal: ['note', 2],
  RiskAssessment: ['note', 2],
  GuidanceResponse: ['note', 2],
  DetectedIssue: ['note', 2],
  Consent: ['consent', 2],
  Contract: ['consent', 3],
  ServiceRequest: ['order', 2],
  RequestGroup: ['order', 2],
  Task: ['order', 2],
  DeviceRequest: ['order', 2],
  DeviceUseStatement: ['order', 2],
  NutritionOrder: ['order', 2],
  VisionPrescription: ['order', 2],
  SupplyRequest: ['order', 2],
  SupplyDelivery: ['order', 2],
  ReferralRequest: ['order', 2],
  MedicationRequest: ['medication', 2],
  MedicationAdministration: ['medication', 2],
  MedicationDispense: ['medication', 2],
  MedicationStatement: ['medication', 2],
  Observation: ['laboratory', 2],
  DiagnosticReport: ['laboratory', 2],
  Specimen: ['laboratory', 2],
  MolecularSequence: ['laboratory', 4],
  BodyStructure: ['imaging', 2],
  ImagingStudy: ['imaging', 2],
  Media: ['image', 2],
  Condition: ['diagnosis', 2],
  FamilyMemberHistory: ['diagnosis', 3],
  AdverseEvent: ['diagnosis', 2],
  Procedure: ['procedure', 2],
  AllergyIntolerance: ['allergy', 2],
  Immunization: ['immunization', 2],
  ImmunizationEvaluation: ['immunization', 2],
  ImmunizationRecommendation: ['immunization', 2],
  Account: ['billing', 2],
  ChargeItem: ['billing', 2],
  Claim: ['billing', 2],
  ClaimResponse: ['billing', 2],
  Coverage: ['billing', 3],
  CoverageEligibilityRequest: ['billing', 2],
  CoverageEligibilityResponse: ['billing', 2],
  EnrollmentRequest: ['billing', 2],
  EnrollmentResponse: ['billing', 2],
  ExplanationOfBenefit: ['billing', 2],
  Invoice: ['billing', 2],
  PaymentNotice: ['billing', 2],
  PaymentReconciliation: ['billing', 2],
  Appointment: ['schedule', 2],
  AppointmentResponse: ['schedule', 2],
  Schedule: ['schedule', 1],
  Slot: ['schedule', 1],
  Organization: ['directory', 1],
  OrganizationAffiliation: ['directory', 1],
  Practitioner: ['directory', 1],
  PractitionerRole: ['directory', 1],
  Location: ['directory', 1],
  HealthcareService: ['directory', 1],
  Endpoint: ['directory', 1],
  Medication: ['definition', 1],
  MedicationKnowledge: ['definition', 1],
  Substance: ['definition', 1],
  ...Object.fromEntries(
    [
      'ActivityDefinition',
      'CapabilityStatement',
      'CatalogEntry',
      'ChargeItemDefinition',
      'CodeSystem',
      'CompartmentDefinition',
      'ConceptMap',
      'DeviceDefinition',
      'EffectEvidenceSynthesis',
      'EventDefinition',
      'Evidence',
      'EvidenceVariable',
      'ExampleScenario',
      'GraphDefinition',
      'ImplementationGuide',
      'InsurancePlan',
      'Library',
      'Measure',
      'MessageDefinition',
      'NamingSystem',
      'ObservationDefinition',
      'OperationDefinition',
      'PlanDefinition',
      'Questionnaire',
      'ResearchDefinition',
      'ResearchElementDefinition',
      'ResearchStudy',
      'RiskEvidenceSynthesis',
      'SearchParameter',
      'SpecimenDefinition',
      'StructureDefinition',
      'StructureMap',
      'SubstanceSpecification',
      'TerminologyCapabilities',
      'TestReport',
      'TestScript',
      'ValueSet',
    ].map((type) => [type, ['definition', 1]] as const),
  ),
}
/** A type no rule names holds we know not what: not for everyone. */
export const unknownType: readonly [RecordCategory, Level] = ['other', 3]

/** A code in one of these elements moves the resource into another category. First match wins. */
export const categoryRules: readonly {
  readonly types: readonly string[]
  readonly element: 'category' | 'type' | 'code'
  readonly codes: readonly string[]
  readonly words?: RegExp
  readonly category: RecordCategory
}[] = [
  {
    types: ['Observation'],
    element: 'category',
    codes: ['vital-signs', 'activity', 'exam'],
    words: /体征/,
    category: 'vital-sign',
  },
  { types: ['Observation'], element: 'category', codes: ['imaging', 'procedure'], words: /影像/, category: 'imaging' },
  { types: ['Observation'], element: 'category', codes: ['survey', 'social-history', 'therapy'], category: 'note' },
  {
    types: ['DiagnosticReport'],
    element: 'category',
    codes: ['PAT', 'SP', 'CP', 'CG', 'GE', 'pathology'],
    words: /病理/,
    category: 'pathology',
  },
  {
    types: ['DiagnosticReport'],
    element: 'category',
    codes: [
      'RAD',
      'IMG',
      'CT',
      'MRI',
      'RX',
      'US',
      'CUS',
      'RUS',
      'OUS',
      'VUS',
      'NMR',
      'NMS',
      'XRC',
      'EC',
      'imaging',
      'LP29684-5',
    ],
    words: /影像|放射|超声|心电/,
    category: 'imaging',
  },
  // Synthea stores its encounter notes as DiagnosticReport of these LOINC codes.
  { types: ['DiagnosticReport'], element: 'code', codes: ['34117-2', '51847-2', '34109-9'], category: 'note' },
  {
    types: ['Composition', 'DocumentReference', 'QuestionnaireResponse', 'ClinicalImpression'],
    element: 'type',
    codes: ['34746-8', '46208-5', '28651-8'],
    words: /护理|nurs/i,
    category: 'nursing-note',
  },
  {
    types: ['DocumentReference'],
    element: 'type',
    codes: ['11526-1', '60568-3'],
    words: /病理/,
    category: 'pathology',
  },
  {
    types: ['DocumentReference'],
    element: 'type',
    codes: ['18748-4'],
    words: /影像报告|检查报告/,
    category: 'imaging',
  },
  {
    types: ['DocumentReference', 'Composition'],
    element: 'type',
    codes: ['59284-0'],
    words: /同意书/,
    category: 'consent',
  },
]

export interface KindRule {
  readonly kind: SensitiveKind
  readonly level: Level
  /** ICD-10 codes, as inclusive ranges of their first three characters. */
  readonly icd10?: readonly (readonly [string, string])[]
  readonly loinc?: readonly string[]
  readonly snomed?: readonly string[]
  /** In displays, texts of codes and titles of sections. */
  readonly words?: RegExp
  /** In narrative: only words that cannot mean anything else. */
  readonly narrative?: RegExp
}

/** Special kinds by what is coded or written (notice 一(四): 敏感级别). */
export const kindRules: readonly KindRule[] = [
  {
    kind: 'HIV',
    level: 5,
    icd10: [
      ['B20', 'B24'],
      ['Z21', 'Z21'],
      ['R75', 'R75'],
    ],
    loinc: [
      '7917-8',
      '7918-6',
      '5221-7',
      '5222-5',
      '5223-3',
      '5224-1',
      '5225-8',
      '29893-5',
      '30361-0',
      '31201-7',
      '48345-3',
      '56888-1',
      '75622-1',
      '80203-3',
      '68961-2',
      '20447-9',
      '25836-8',
      '21008-8',
      '70241-5',
      '14092-1',
      '43010-8',
      '49580-4',
      '73906-0',
    ],
    snomed: ['86406008', '62479008', '165816005', '91947003', '171121004'],
    words: /\bHIV\b|艾滋|人类免疫缺陷病毒|获得性免疫缺陷|human immunodeficiency|acquired immune/i,
    narrative: /\bHIV\b|艾滋|人类免疫缺陷病毒/i,
  },
  {
    kind: 'PSY',
    level: 4,
    icd10: [
      ['F00', 'F09'],
      ['F20', 'F99'],
      ['X60', 'X84'],
    ],
    snomed: ['58214004', '13746004', '370143000', '35489007', '36923009', '47505003', '197480006', '74732009'],
    words:
      /精神(分裂|障碍|科|病|疾病|检查)|抑郁|双相|躁狂|焦虑障碍|自杀|心理(治疗|科|评估)|schizophreni|bipolar|(?<!\bST |segment |respiratory |marrow )depressi(on|ve)|psychiatr|psychotherap|suicid/i,
    narrative: /精神分裂症|双相(情感)?障碍|自杀(未遂|倾向|意念)/,
  },
  {
    kind: 'ETH',
    level: 4,
    icd10: [['F10', 'F19']],
    snomed: ['66214007', '191816009', '7200002', '55680006'],
    words:
      /吸毒|药物依赖|成瘾|戒毒|酒精依赖|drug (abuse|dependence)|opioid (abuse|use disorder)|substance (abuse|use disorder)|overdose/i,
  },
  {
    kind: 'SEX',
    level: 4,
    icd10: [
      ['O00', 'O99'],
      ['Z30', 'Z39'],
      ['N96', 'N98'],
      ['A50', 'A64'],
      ['E28', 'E28'],
      ['F52', 'F52'],
    ],
    snomed: [
      '72892002',
      '386639001',
      '57630001',
      '8619003',
      '69532007',
      '386761002',
      '19169002',
      '35999006',
      '6525002',
    ],
    words:
      /人工流产|药物流产|引产|终止妊娠|不孕|不育|辅助生殖|试管婴儿|体外受精|避孕|绝育|妊娠|早孕|梅毒|淋病|尖锐湿疣|性传播|性病|abortion|miscarriage|infertil|in vitro fertili|contracepti|steriliz|pregnan|syphilis|gonorrh/i,
    narrative: /人工流产|试管婴儿|辅助生殖|梅毒/,
  },
  {
    kind: 'SDV',
    level: 5,
    icd10: [
      ['T74', 'T74'],
      ['Y05', 'Y07'],
    ],
    words: /性侵|强奸|家庭暴力|虐待|sexual (abuse|assault)|domestic violence|rape\b/i,
    narrative: /性侵|强奸|家庭暴力/,
  },
  {
    kind: 'GDIS',
    level: 4,
    icd10: [
      ['Q90', 'Q99'],
      ['G10', 'G10'],
      ['E84', 'E84'],
    ],
    loinc: ['51969-4', '81247-9', '21636-6', '21637-4', '55233-1'],
    words: /基因(检测|测序|突变)|遗传(病|咨询)|染色体|唐氏|genetic (test|analysis|disease)|BRCA[12]/i,
  },
]

/** Parts of a resource with a label of their own, wherever they are present. */
export const elementRules: readonly {
  readonly type: string
  readonly element: string
  readonly category: RecordCategory
  readonly level: Level
}[] = [
  ...['identifier', 'telecom', 'address', 'contact', 'photo'].map((element) => ({
    type: 'Patient',
    element,
    category: 'identity' as const,
    level: 3 as const,
  })),
]

/** Sections that are more private than the note they stand in, by their title. */
export const sectionRules: readonly { readonly words: RegExp; readonly kind: SensitiveKind; readonly level: Level }[] =
  [
    { words: /婚育史|月经史|生育史|性生活史|obstetric|sexual history|menstrua/i, kind: 'SEX', level: 3 },
    { words: /精神(状况|检查|科)|心理|mental (status|health)|psych/i, kind: 'PSY', level: 4 },
  ]

/** Everything written in these departments is of the kind, whatever it says. */
export const departmentRules: readonly {
  readonly words: RegExp
  readonly kind: SensitiveKind
  readonly level: Level
  /** Notes weigh more than the fact of a visit. */
  readonly noteLevel: Level
}[] = [
  { words: /精神|心理|psychiatr|psychotherap/i, kind: 'PSY', level: 4, noteLevel: 5 },
  { words: /生殖|计划生育|reproduct|fertility/i, kind: 'SEX', level: 4, noteLevel: 4 },
  { words: /感染性疾病科艾滋|艾滋病门诊|HIV clinic/i, kind: 'HIV', level: 5, noteLevel: 5 },
]

/** v3-Confidentiality as a source states it, in our levels; it can raise, never lower. */
export const confidentialityLevels: Readonly<Record<string, Level>> = { U: 1, L: 1, M: 2, N: 3, R: 4, V: 5 }
/** v3-ActCode and v3-ActCode-like sensitivity tags, and the least level each one brings. */
export const taggedKinds: Readonly<Record<string, readonly [SensitiveKind, Level]>> = {
  HIV: ['HIV', 5],
  PSY: ['PSY', 4],
  PSYTHPN: ['PSY', 5],
  MH: ['PSY', 4],
  SEX: ['SEX', 4],
  STD: ['SEX', 4],
  SDV: ['SDV', 5],
  ETH: ['ETH', 4],
  SUD: ['ETH', 4],
  GDIS: ['GDIS', 4],
  VIP: ['VIP', 3],
  CEL: ['VIP', 3],
}
