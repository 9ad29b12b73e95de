import type { EChartsCoreOption } from 'echarts/core'
import { type Flag, flagIsAbnormal } from '../fhir/observation.ts'
import type { TrendPoint, TrendSeries } from './trend.ts'

/** Colours of the chart, from the console's tokens. */
export interface ChartInk {
  readonly ink: string
  readonly inkSoft: string
  readonly line: string
  readonly sheet: string
  readonly action: string
  readonly actionSoft: string
  readonly attention: string
  readonly sans: string
}

export interface ChartWords {
  readonly reference: string
  readonly dateTime: (at: number) => string
  readonly axisDate: (at: number) => string
}

/**
 * A trend that is read without a legend: each line is named at its end, the reference range is a labelled band, and
 * what is out of range differs by shape (▲ high, ▼ low, ◆ abnormal) as well as by colour, so a grey print says the same.
 */
export function trendOption(lines: readonly TrendSeries[], ink: ChartInk, words: ChartWords): EChartsCoreOption {
  const styles = ['solid', 'dashed', 'dotted'] as const
  const isNamed = lines.length > 1
  return {
    animation: false,
    textStyle: { fontFamily: ink.sans, color: ink.ink },
    grid: {
      left: 8,
      right: isNamed ? 84 : 28,
      top: 28,
      bottom: 8,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    tooltip: {
      trigger: 'axis',
      confine: true,
      backgroundColor: ink.sheet,
      borderColor: ink.line,
      textStyle: { color: ink.ink, fontSize: 13 },
      axisPointer: { type: 'line', lineStyle: { color: ink.inkSoft, type: 'dashed' } },
      formatter: (shown: unknown) => tooltipText(shown, words),
    },
    xAxis: {
      type: 'time',
      axisLine: { lineStyle: { color: ink.line } },
      axisTick: { show: false },
      axisLabel: { color: ink.inkSoft, hideOverlap: true, formatter: (at: number) => words.axisDate(at) },
      splitLine: { show: false },
      splitNumber: 4,
    },
    yAxis: {
      type: 'value',
      scale: true,
      name: lines[0]?.unit ?? '',
      nameTextStyle: { color: ink.inkSoft, align: 'left' },
      axisLabel: { color: ink.inkSoft },
      splitLine: { lineStyle: { color: ink.line } },
      ...extentOf(lines),
    },
    series: lines.map((line, index) => ({
      type: 'line',
      name: line.name,
      data: line.points.map((point) => datum(point, ink)),
      symbolSize: 8,
      showSymbol: line.points.length <= 120,
      lineStyle: { color: ink.action, width: 2, type: styles[index % styles.length] },
      itemStyle: { color: ink.action, borderColor: ink.sheet, borderWidth: 1 },
      endLabel: { show: isNamed, formatter: '{a}', color: ink.ink, distance: 8, width: 76, overflow: 'break' },
      emphasis: { disabled: true },
      ...(line.range && index === 0 ? { markArea: band(line, ink, words) } : {}),
    })),
  }
}

function datum(point: TrendPoint, ink: ChartInk) {
  const abnormal = flagIsAbnormal(point.flag)
  return {
    value: [point.at, point.value],
    text: point.text,
    symbol: symbols[point.flag],
    symbolRotate: point.flag === 'low' || point.flag === 'critical-low' ? 180 : 0,
    ...(abnormal ? { symbolSize: 12, itemStyle: { color: ink.attention, borderColor: ink.sheet } } : {}),
  }
}

const symbols: Readonly<Record<Flag, string>> = {
  'critical-low': 'triangle',
  low: 'triangle',
  normal: 'circle',
  high: 'triangle',
  'critical-high': 'triangle',
  abnormal: 'diamond',
  none: 'circle',
}

function band(line: TrendSeries, ink: ChartInk, words: ChartWords) {
  const { low, high, text } = line.range!
  if (low === undefined && high === undefined) return undefined
  return {
    silent: true,
    itemStyle: { color: ink.actionSoft, opacity: 0.6, borderColor: ink.line, borderWidth: 1, borderType: 'dashed' },
    label: {
      show: true,
      position: 'insideTopLeft',
      color: ink.inkSoft,
      fontSize: 12,
      formatter: `${words.reference} ${text}`,
    },
    data: [[{ ...(low === undefined ? {} : { yAxis: low }) }, { ...(high === undefined ? {} : { yAxis: high }) }]],
  }
}

/** Room for the reference band and every value, with a twentieth to spare, from round number to round number. */
export function extentOf(lines: readonly TrendSeries[]): Partial<Record<'min' | 'max' | 'interval', number>> {
  const values = lines.flatMap((line) => [
    ...line.points.map((point) => point.value),
    ...[line.range?.low, line.range?.high].filter((bound) => bound !== undefined),
  ])
  if (values.length === 0) return {}
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const span = high - low || Math.abs(high) || 1
  const interval = roundStep(span / 4)
  const min = Math.floor((low - span * 0.05) / interval) * interval
  const max = Math.ceil((high + span * 0.05) / interval) * interval
  const round = (value: number) => Number(value.toPrecision(8))
  return { min: round(low >= 0 ? Math.max(0, min) : min), max: round(max), interval: round(interval) }
}

/** 1, 2 or 5 times a power of ten, not smaller than asked. */
function roundStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast))
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= atLeast) ?? 10)
}

interface Shown {
  readonly seriesName?: string
  readonly axisValue?: number
  readonly data?: { readonly text?: string }
}

/** Text of the tooltip. Names and values come from records, so they are escaped: ECharts writes them as HTML. */
function tooltipText(shown: unknown, words: ChartWords): string {
  const entries = (Array.isArray(shown) ? shown : [shown]) as readonly Shown[]
  const at = entries[0]?.axisValue
  const lines = entries.map(
    (entry) => `${escapeHtml(entry.seriesName ?? '')}&ensp;<b>${escapeHtml(entry.data?.text ?? '')}</b>`,
  )
  return [at === undefined ? '' : escapeHtml(words.dateTime(at)), ...lines].join('<br>')
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
