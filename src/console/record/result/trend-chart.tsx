import { LineChart } from 'echarts/charts'
import { GridComponent, MarkAreaComponent, TooltipComponent } from 'echarts/components'
import { type EChartsType, init, use as register } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useTimeZone } from '../../api/session.ts'
import { useTheme } from '../../theme/theme.tsx'
import { sans } from '../../theme/tokens.ts'
import { absoluteDay, absoluteTime } from '../../time/hospital-time.ts'
import { trendOption } from './chart-option.ts'
import type { TrendSeries } from './trend.ts'

// SVG prints sharp, scales with the page and is a tenth of the canvas renderer for such few points.
register([LineChart, GridComponent, TooltipComponent, MarkAreaComponent, SVGRenderer])

/** The chart of one unit. It is a picture to assistive technology; the table below it is its alternative. */
export function TrendChart({ lines, label }: { lines: readonly TrendSeries[]; label: string }) {
  const { t } = useTranslation()
  const { tokens } = useTheme()
  const zone = useTimeZone()
  const holder = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType | undefined>(undefined)
  const option = useMemo(
    () =>
      trendOption(
        lines,
        { ...tokens, sans },
        {
          reference: t('record.trend.reference'),
          dateTime: (at) => absoluteTime(at, zone),
          axisDate: (at) => axisText(at, lines, zone),
        },
      ),
    [lines, tokens, t, zone],
  )

  useEffect(() => {
    const element = holder.current
    if (!element) return
    const made = init(element, undefined, { renderer: 'svg' })
    chart.current = made
    const watcher = new ResizeObserver(() => made.resize())
    watcher.observe(element)
    return () => {
      watcher.disconnect()
      made.dispose()
      chart.current = undefined
    }
  }, [])
  useEffect(() => {
    chart.current?.setOption(option, { notMerge: true })
  }, [option])

  return <div ref={holder} className="trend-chart" role="img" aria-label={label} data-testid="trend-chart" />
}

/** Days where the trend spans days, hours where it is of one or two. */
function axisText(at: number, lines: readonly TrendSeries[], zone: string): string {
  const moments = lines.flatMap((line) => line.points.map((point) => point.at))
  const span = Math.max(...moments) - Math.min(...moments)
  if (span < 2 * 86_400_000) return absoluteTime(at, zone).slice(5)
  const day = absoluteDay(at, zone)
  return span > 300 * 86_400_000 ? day.slice(0, 7) : day.slice(5)
}
