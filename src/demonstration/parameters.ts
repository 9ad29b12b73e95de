/**
 * Everything that may be chosen about the generated hospital stands here: another hospital is another copy of this
 * object and another seed, with no change of code. Rates are shares of 1, lengths are in days, hours are local
 * (UTC+08:00, the whole of China).
 */
export interface Parameters {
  readonly seed: string
  readonly hospital: { readonly id: string; readonly name: string; readonly nameEn: string; readonly city: string }
  /** The simulated time: this many days, ending at the midnight before `endsAt`. */
  readonly spanDays: number
  readonly sizes: {
    /** Lanes are beds in use: each holds one patient at a time. A small world is a sample, thicker in the present. */
    readonly lanesPerWardAtLeast: number
    readonly lanesPerWardAtMost: number
    /** One empty bed stands beside this many beds in use. */
    readonly lanesPerSpareBed: number
    readonly attendingsPerWard: number
    readonly residentsPerWard: number
    readonly attendingsOfClinicOnly: number
    readonly nursesPerWard: number
    readonly clinicNurses: number
    readonly emergencyDoctors: number
    readonly emergencyNurses: number
    readonly techniciansPerUnit: number
    /** Staff who left within the last months: their posts have ended, their identities stay. */
    readonly formerStaff: number
    readonly trainees: { readonly resident: number; readonly intern: number; readonly visiting: number }
  }
  readonly shares: {
    readonly inpatient: number
    /** Of all patients: came to the emergency department and went home. Of admissions: came through it. */
    readonly emergencyOnly: number
    readonly emergencyFirst: number
    readonly extraClinicVisit: number
    readonly intensiveCare: number
    readonly consult: number
    /** Of the stays of people over fifty. */
    readonly death: number
    readonly allergy: number
    readonly immunization: number
    readonly noteAmended: number
    readonly hypertension: number
    readonly diabetes: number
    readonly hivHistory: number
    readonly psychiatricHistory: number
    readonly infertilityHistory: number
    readonly rareName: number
    readonly picture: number
  }
  /** One in so many patients; relations are truth for later detection work and stand in no record. */
  readonly everyNth: { readonly staffPatient: number; readonly staffKin: number; readonly vip: number }
  /** At most this many pictures in one world, however large (each is some 30 kB). */
  readonly picturesAtMost: number
  readonly emergencyNow: number
  readonly appointments: { readonly today: number; readonly tomorrow: number }
  readonly shifts: {
    readonly dayFrom: number
    readonly noon: number
    readonly afternoonFrom: number
    readonly dayUntil: number
    readonly eveningFrom: number
  }
  /** Roster rows in the directory: so many days back and ahead; older duty follows from the pattern. */
  readonly rosterDays: { readonly back: number; readonly ahead: number }
  readonly observation: { readonly vitalsEveryDays: number; readonly laboratoryEveryDays: number }
  /** Surnames with their frequency in the population, ‰ (Ministry of Public Security 2021 report, rounded). */
  readonly surnames: string
  readonly givenNames: {
    readonly [period in 'old' | 'middle' | 'young']: { readonly male: string; readonly female: string }
  }
  readonly rareGivenNames: string
  readonly streets: readonly string[]
  readonly estates: readonly string[]
}

export const parameters: Parameters = {
  seed: 'chartward-1',
  hospital: {
    id: 'hospital',
    name: '江城市第一人民医院',
    nameEn: 'Jiangcheng First People’s Hospital',
    city: '江城市',
  },
  spanDays: 540,
  sizes: {
    lanesPerWardAtLeast: 5,
    lanesPerWardAtMost: 40,
    lanesPerSpareBed: 4,
    attendingsPerWard: 4,
    residentsPerWard: 5,
    attendingsOfClinicOnly: 5,
    nursesPerWard: 10,
    clinicNurses: 2,
    emergencyDoctors: 10,
    emergencyNurses: 15,
    techniciansPerUnit: 10,
    formerStaff: 12,
    trainees: { resident: 24, intern: 20, visiting: 6 },
  },
  shares: {
    inpatient: 0.2,
    emergencyOnly: 0.09,
    emergencyFirst: 0.25,
    extraClinicVisit: 0.42,
    intensiveCare: 0.7,
    consult: 0.3,
    death: 0.03,
    allergy: 0.09,
    immunization: 0.05,
    noteAmended: 0.12,
    hypertension: 0.28,
    diabetes: 0.13,
    hivHistory: 0.004,
    psychiatricHistory: 0.03,
    infertilityHistory: 0.02,
    rareName: 0.006,
    picture: 0.5,
  },
  everyNth: { staffPatient: 61, staffKin: 37, vip: 331 },
  picturesAtMost: 260,
  emergencyNow: 8,
  appointments: { today: 70, tomorrow: 70 },
  shifts: { dayFrom: 8, noon: 12, afternoonFrom: 13.5, dayUntil: 17.5, eveningFrom: 16 },
  rosterDays: { back: 7, ahead: 30 },
  observation: { vitalsEveryDays: 1, laboratoryEveryDays: 3 },
  surnames:
    '王:74 李:72 张:68 刘:54 陈:45 杨:31 黄:22 赵:21 吴:20 周:19 徐:14 孙:14 马:13 朱:12 胡:11.5 郭:11.4 何:11 林:11 高:10 罗:9.4 郑:9.3 梁:8.4 谢:7.7 宋:7.6 唐:7 许:6.6 邓:6.3 韩:6.2 冯:6.1 曹:6 彭:5.8 曾:5.7 肖:5.6 田:5.2 董:5.1 潘:4.6 袁:4.5 蔡:4.5 蒋:4.5 余:4.5 于:4.4 杜:4.3 叶:4.2 程:4.1 魏:4 苏:3.9 吕:3.8 丁:3.6 任:3.5 卢:3.5 姚:3.4 沈:3.3 钟:3.3 姜:3.2 崔:3.2 谭:3.1 陆:3 范:2.9 汪:2.9 廖:2.8 石:2.7 金:2.7 韦:2.5 贾:2.5 夏:2.4 付:2.4 方:2.3 邹:2.2 熊:2.2 白:2.1 孟:2.1 秦:2 邱:2 侯:1.9 江:1.9 尹:1.8 薛:1.8 闫:1.7 段:1.7 雷:1.7 龙:1.6 黎:1.6 史:1.6 陶:1.5 贺:1.5 毛:1.4 郝:1.4 顾:1.4 龚:1.3 邵:1.3 万:1.3 覃:1.2 武:1.2 钱:1.2 戴:1.1 严:1.1 莫:1 孔:1 向:1 常:1 欧阳:0.8 司马:0.1 上官:0.1 诸葛:0.1 尉迟:0.05',
  givenNames: {
    old: {
      male: '建国 建华 国强 志强 德明 文清 永贵 福生 长林 树林 玉山 春生 金山 保国 国庆 援朝 振华 卫东 学文 志刚 明德 光荣 家财 水生 大海 正义 伯年 克勤',
      female:
        '秀英 桂英 玉兰 秀兰 凤英 桂兰 淑珍 玉珍 淑华 素珍 春梅 月英 翠花 兰英 金凤 惠芳 玉梅 爱华 秀珍 美英 巧云 瑞芳 桂香 素芬 淑贤 腊梅',
    },
    middle: {
      male: '伟 勇 军 磊 涛 强 斌 建军 鹏 超 志伟 海涛 晓东 文斌 俊 峰 刚 明 辉 波 永刚 国栋 少华 宏伟 立新 向阳 剑锋 世杰 振宇 克俭',
      female:
        '芳 娜 敏 静 丽 艳 娟 霞 燕 玲 丽娟 海燕 红梅 晓燕 雪梅 婷 洁 颖 慧 琳 文静 丽华 春燕 秋菊 晓丽 冬梅 亚男 雅琴 小红 美玲',
    },
    young: {
      male: '浩然 子轩 宇航 梓豪 俊杰 子涵 宇轩 浩宇 博文 天佑 一诺 奕辰 沐宸 浩宇 铭泽 嘉豪 思远 睿 昊天 明轩 泽宇 家乐 子墨 亦凡 景行 承志',
      female:
        '欣怡 子涵 诗涵 梓萱 雨桐 可欣 思琪 佳怡 雨涵 一诺 语嫣 若曦 梦瑶 紫萱 依诺 沐晴 芷若 晓彤 心怡 静怡 佳琪 婉婷 清妍 念慈 知夏 安然',
    },
  },
  rareGivenNames: '䶮 𠮷生 㛃 喆 犇 𬭎 祎玥 翀 骉 劼 旻昊 燊 甯 玘 赟 垚 𡐓 彧 頔 珺',
  streets: [
    '解放大道',
    '中山路',
    '建设路',
    '滨江路',
    '人民路',
    '和平大道',
    '长征路',
    '青年路',
    '文昌街',
    '学府路',
    '新华路',
    '光明街',
  ],
  estates: [
    '锦绣花园',
    '江畔人家',
    '翠竹苑',
    '职工宿舍',
    '阳光新城',
    '梧桐里',
    '东湖小区',
    '康乐家园',
    '春晓苑',
    '枫林小区',
    '银杏园',
    '望江楼',
  ],
}
