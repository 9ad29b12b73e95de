import { z } from 'zod'
import type { InputIssue } from '../kernel/index.ts'
import { type ForeignEvent, maxNameLength, maxPatients, type ReadEvent } from './foreign-event.ts'

const instant = z.iso.datetime({ offset: true })

/** Bounds that hold for every format: times with a zone, ids that are ids, no more patients than one event has. */
export function checkEvent(event: ForeignEvent): ReadEvent {
  const issues: InputIssue[] = []
  if (event.occurred !== undefined && !instant.safeParse(event.occurred).success) {
    issues.push({
      field: 'occurred',
      rule: 'date-time',
      zh: '时间须带日期、秒和时区（如 2026-03-01T08:00:00+08:00）',
      en: 'the time needs its day, seconds and zone, e.g. 2026-03-01T08:00:00+08:00',
    })
  }
  if (event.patients.length > maxPatients) {
    issues.push({
      field: 'patients',
      rule: 'max-items',
      zh: `一个事件最多涉及 ${maxPatients} 名患者`,
      en: `one event is about at most ${maxPatients} patients`,
    })
  }
  for (const [field, values] of namesIn(event)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    if (values.some((value) => value !== undefined && /[\u0000-\u001f\u007f]/.test(value))) {
      issues.push({
        field,
        rule: 'control-character',
        zh: '编号或名称含有控制字符',
        en: 'an id or name holds a control character',
      })
    }
    const tooLong = values.some((value) => value !== undefined && value.length > maxNameLength)
    if (!tooLong) continue
    issues.push({
      field,
      rule: 'max-length',
      zh: `编号或名称不超过 ${maxNameLength} 个字符`,
      en: `an id or name has at most ${maxNameLength} characters`,
    })
  }
  return issues.length > 0 ? { outcome: 'refused', issues } : { outcome: 'read', event }
}

function namesIn(event: ForeignEvent): readonly (readonly [string, readonly (string | undefined)[]])[] {
  return [
    ['event.id', [event.eventId]],
    ['event.type', [event.type.system, event.type.code, ...event.subtypes.flatMap((one) => [one.system, one.code])]],
    ['person', [event.person?.id, event.person?.name, event.application, ...event.roles]],
    ['address', [event.address]],
    ['patients', event.patients.slice(0, maxPatients)],
    ['records', event.records.flatMap((record) => [record.type, record.id])],
    ['source', [event.site, event.observer]],
  ]
}
