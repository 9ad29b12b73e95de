import type { Json } from '../fhir/element.ts'
import { textAt } from '../fhir/element.ts'
import { flagIsAbnormal, observationText, readObservation } from '../fhir/observation.ts'
import { type TimelineItem, timelineItem } from './item.ts'

/**
 * Records into lines, newest first. A ward measures six vital signs in one minute and a panel has twenty values:
 * as single lines they would drown the rest. Values of a report stand under the report, and observations of one
 * moment, encounter and kind become one line.
 */
export function gatherItems(resources: readonly Json[]): readonly TimelineItem[] {
  const distinct = new Map<string, Json>()
  for (const resource of resources)
    distinct.set(`${textAt(resource, 'resourceType')}/${textAt(resource, 'id')}`, resource)

  const items = [...distinct].map(([key, resource]) => ({ key, resource, item: timelineItem(resource) }))
  const reported = new Map<string, string>()
  for (const { item } of items) for (const member of item.members) reported.set(member, item.key)

  const abnormalOfReport = new Map<string, number>()
  const lines: TimelineItem[] = []
  const moments = new Map<string, { item: TimelineItem; resource: Json }[]>()
  for (const { key, resource, item } of items) {
    if (item.type !== 'Observation') {
      lines.push(item)
      continue
    }
    const report = reported.get(key)
    if (report !== undefined) {
      abnormalOfReport.set(report, (abnormalOfReport.get(report) ?? 0) + item.abnormalCount)
      continue
    }
    const moment = `${item.kind}|${item.encounter ?? ''}|${item.at ?? key}`
    moments.set(moment, [...(moments.get(moment) ?? []), { item, resource }])
  }

  const gathered = lines.map((item) => {
    const abnormalCount = abnormalOfReport.get(item.key)
    return abnormalCount === undefined ? item : { ...item, abnormalCount }
  })
  return [...gathered, ...[...moments.values()].map(oneLine)].sort(newestFirst)
}

export function newestFirst(a: TimelineItem, b: TimelineItem): number {
  return (b.at ?? Number.NEGATIVE_INFINITY) - (a.at ?? Number.NEGATIVE_INFINITY) || a.key.localeCompare(b.key)
}

function oneLine(members: readonly { item: TimelineItem; resource: Json }[]): TimelineItem {
  const first = members[0]!.item
  if (members.length === 1) return first
  const readings = members.map(({ resource }) => readObservation(resource))
  const said = readings.map((reading) => [reading.name, observationText(reading)].filter(Boolean).join(' '))
  return {
    ...first,
    title:
      readings
        .map((reading) => reading.name)
        .slice(0, 3)
        .join('、') + (readings.length > 3 ? ' …' : ''),
    detail: said.join(' · '),
    abnormalCount: readings.flatMap((reading) => reading.values).filter((value) => flagIsAbnormal(value.flag)).length,
    isRedacted: members.some(({ item }) => item.isRedacted),
    members: members.map(({ item }) => item.key),
  }
}
