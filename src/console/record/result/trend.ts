import { momentMs } from '../fhir/datatype.ts'
import type { Flag, MeasuredValue, ObservationFacts, Range } from '../fhir/observation.ts'

/** One line of a trend: the same measure in the same unit, oldest first. */
export interface TrendSeries {
  readonly name: string
  readonly unit: string | undefined
  readonly points: readonly TrendPoint[]
  /** The reference range of the newest value that has one. */
  readonly range: Range | undefined
}

export interface TrendPoint {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly value: number
  readonly text: string
  readonly flag: Flag
  readonly id: string
}

/**
 * Observations of one code as lines. Components (systolic, diastolic) become lines of their own, and values in
 * different units are never drawn on one line: 5.6 mmol/L and 101 mg/dL are one thing and two numbers.
 */
export function trendOf(observations: readonly ObservationFacts[]): readonly TrendSeries[] {
  const lines = new Map<
    string,
    { name: string; unit: string | undefined; points: TrendPoint[]; ranges: [number, Range][] }
  >()
  for (const observation of observations) {
    const at = momentMs(observation.moment)
    if (at === undefined) continue
    for (const value of observation.values) {
      const point = pointOf(observation, value, at)
      if (!point) continue
      const name = value.name ?? observation.name
      const key = `${name}|${value.unit ?? ''}`
      const line = lines.get(key) ?? { name, unit: value.unit, points: [], ranges: [] }
      line.points.push(point)
      if (value.range) line.ranges.push([at, value.range])
      lines.set(key, line)
    }
  }
  return [...lines.values()].map(({ name, unit, points, ranges }) => ({
    name,
    unit,
    points: points.sort((a, b) => a.at - b.at),
    range: ranges.sort((a, b) => b[0] - a[0])[0]?.[1],
  }))
}

function pointOf(observation: ObservationFacts, value: MeasuredValue, at: number): TrendPoint | undefined {
  if (value.number === undefined) return undefined
  return { at, value: value.number, text: value.text ?? String(value.number), flag: value.flag, id: observation.id }
}

/** Lines that can share one chart: those of one unit. The most measured unit comes first. */
export function chartsOf(series: readonly TrendSeries[]): readonly (readonly TrendSeries[])[] {
  const byUnit = new Map<string, TrendSeries[]>()
  for (const line of series) byUnit.set(line.unit ?? '', [...(byUnit.get(line.unit ?? '') ?? []), line])
  const size = (lines: readonly TrendSeries[]) => lines.reduce((sum, line) => sum + line.points.length, 0)
  return [...byUnit.values()].sort((a, b) => size(b) - size(a))
}
