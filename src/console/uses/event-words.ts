import type { Language } from '../i18n/language.ts'

/**
 * What an event or a change of the ledger is called. These words come with the pages that list uses, not with the first
 * load: most people never see them.
 */
export const eventWords: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  'questions-listed': ['看常用查询', 'Kept questions'],
  'exports-listed': ['看导出清单', 'List of exports'],
  'export-fetched': ['取走导出文件', 'File of an export fetched'],
  'trace-question': ['改常用查询', 'A kept question changed'],
  start: ['启动', 'Started'],
  stop: ['停止', 'Stopped'],
  stopped: ['停止', 'Stopped'],
  heartbeat: ['运行心跳', 'Heartbeat'],
  'counting-started': ['开始计数', 'Counting began'],
  'counting-stopped': ['停止计数', 'Counting ended'],
  'setting-stated': ['设置告知', 'A setting was stated'],
  'spool-opened': ['启用本地留痕', 'Local spool opened'],
  'epoch-base': ['权限时序起点', 'Where epochs are counted from'],
  unacknowledged: ['未确认的条目', 'Entries nobody was told of'],
  'history-contradicted': ['外部见证与本账不符', 'A witness remembers otherwise'],
  'key-succession': ['签名密钥交接', 'A key handed over'],
  archived: ['转入归档卷', 'Moved to a volume'],
  expired: ['到期清除', 'Erased at its time'],
  'retention-period': ['保存期限变更', 'A period of retention changed'],
  'upstream-care': ['上游诊疗关系变化', 'Care upstream changed'],
  'demonstration-directory': ['生成演示人员', 'Demonstration people'],
  'demonstration-records': ['生成演示病历', 'Demonstration records'],
  'audit-message-refused': ['拒收外部留痕', 'An audit message was refused'],
  'audit-trail': ['收入外部留痕', 'A trail was taken in'],
  'policies-in-force': ['授权规则生效', 'Policies put in force'],
  'term-ended': ['权限依据到期', 'A ground of rights ended'],
  'terms-ended': ['权限依据到期', 'Grounds of rights ended'],
  'person-registered': ['登记人员', 'A person was registered'],
  'person-stopped': ['停用人员', 'A person was stopped'],
  'person-reinstated': ['恢复人员', 'A person was reinstated'],
  'post-assigned': ['任命岗位', 'A post was assigned'],
  'post-ended': ['结束岗位', 'A post ended'],
  'roster-revised': ['调整排班', 'A roster changed'],
  'programme-started': ['开始培训计划', 'A programme began'],
  'programme-ended': ['结束培训计划', 'A programme ended'],
  'rotation-planned': ['安排轮转', 'A rotation was planned'],
  'cases-bound': ['绑定病例', 'Cases were bound'],
  'training-passed': ['培训合格', 'Training was passed'],
  'course-revised': ['课程改版', 'A course changed'],
  'agreement-signed': ['签订协议', 'An agreement was signed'],
  'agreement-ended': ['终止协议', 'An agreement ended'],
  'ticket-opened': ['开立工单', 'A ticket was opened'],
  'ticket-closed': ['关闭工单', 'A ticket was closed'],
}

/** A name without words is shown as it stands. */
export function eventWord(name: string, language: Language): string | undefined {
  return Object.hasOwn(eventWords, name) ? eventWords[name]![language === 'zh' ? 0 : 1] : undefined
}
