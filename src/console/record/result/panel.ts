import { momentMs } from '../fhir/datatype.ts'
import type { ObservationFacts } from '../fhir/observation.ts'
import type { ReportFacts } from '../fhir/report.ts'

/** A panel (血常规, 生化 …) with its reports, newest first: a reader steps through them and sees what came before. */
export interface Panel {
  readonly name: string
  readonly sheets: readonly Sheet[]
}

/** One report of a panel, or what was measured together at one moment. */
export interface Sheet {
  readonly key: string
  readonly report: ReportFacts | undefined
  readonly moment: string | undefined
  readonly rows: readonly ObservationFacts[]
}

/** Reports with results become panels by name; the panel with the newest report stands first. */
export function panelsOf(
  reports: readonly ReportFacts[],
  observations: ReadonlyMap<string, ObservationFacts>,
): readonly Panel[] {
  const panels = new Map<string, Sheet[]>()
  for (const report of reports) {
    const rows = report.results.flatMap((id) => observations.get(id) ?? [])
    if (rows.length === 0) continue
    const sheet = { key: `DiagnosticReport/${report.id}`, report, moment: report.moment, rows }
    panels.set(report.name, [...(panels.get(report.name) ?? []), sheet])
  }
  return sorted(panels)
}

/** Observations that belong to no report: vital signs and the rest, by category, one sheet for each moment. */
export function looseSheets(
  observations: readonly ObservationFacts[],
  reports: readonly ReportFacts[],
): readonly Panel[] {
  const reported = new Set(reports.flatMap((report) => report.results))
  const panels = new Map<string, Map<string, ObservationFacts[]>>()
  for (const observation of observations) {
    if (reported.has(observation.id)) continue
    const category = observation.category ?? 'other'
    const moments = panels.get(category) ?? new Map<string, ObservationFacts[]>()
    const moment = observation.moment ?? ''
    moments.set(moment, [...(moments.get(moment) ?? []), observation])
    panels.set(category, moments)
  }
  const made = [...panels].map(([category, moments]): [string, Sheet[]] => [
    category,
    [...moments].map(([moment, rows]) => ({
      key: `${category}@${moment}`,
      report: undefined,
      moment: moment || undefined,
      rows,
    })),
  ])
  return sorted(new Map(made))
}

function sorted(panels: ReadonlyMap<string, readonly Sheet[]>): readonly Panel[] {
  const newestFirst = (a: Sheet, b: Sheet) => (momentMs(b.moment) ?? 0) - (momentMs(a.moment) ?? 0)
  return [...panels]
    .map(([name, sheets]) => ({ name, sheets: [...sheets].sort(newestFirst) }))
    .sort((a, b) => newestFirst(a.sheets[0]!, b.sheets[0]!))
}

/** Two observations measure the same thing: the same code, or the same name where there is no code. */
export function measuresSame(a: ObservationFacts, b: ObservationFacts): boolean {
  return a.code && b.code ? a.code.code === b.code.code && a.code.system === b.code.system : a.name === b.name
}

/** What was measured last time: the nearest older sheet of the panel that has this row. */
export function previousOf(panel: Panel, sheetIndex: number, row: ObservationFacts): ObservationFacts | undefined {
  for (const sheet of panel.sheets.slice(sheetIndex + 1)) {
    const found = sheet.rows.find((candidate) => measuresSame(candidate, row))
    if (found) return found
  }
  return undefined
}
