import { momentMs } from '../fhir/datatype.ts'
import type { PictureFacts, StudyFacts } from '../fhir/picture.ts'
import type { ReportFacts } from '../fhir/report.ts'

/** Pictures of one study, or of one day outside any study, in the order they are leafed through. */
export interface Album {
  readonly key: string
  readonly study: StudyFacts | undefined
  readonly moment: string | undefined
  readonly title: string
  readonly pictures: readonly PictureFacts[]
  /** What was read from them, where a report names the study or the pictures. */
  readonly report: ReportFacts | undefined
}

/**
 * Studies with their pictures, newest first. A picture finds its study by its own reference, by the series it names,
 * or by the report that speaks of both.
 */
export function albumsOf(
  studies: readonly StudyFacts[],
  pictures: readonly PictureFacts[],
  reports: readonly ReportFacts[],
): readonly Album[] {
  const known = new Set(studies.map((study) => study.id))
  const seriesOwner = new Map(studies.flatMap((study) => study.series.map((series) => [series.uid, study.id] as const)))
  const reportOf = new Map<string, ReportFacts>()
  const reportedStudy = new Map<string, string>()
  for (const report of reports) {
    const study = report.pictures.find((picture) => picture.type === 'ImagingStudy')?.id
    for (const picture of report.pictures) {
      reportOf.set(picture.id, report)
      if (study !== undefined) reportedStudy.set(picture.id, study)
    }
  }
  const ownerOf = (picture: PictureFacts) =>
    picture.study ?? (picture.seriesUid && seriesOwner.get(picture.seriesUid)) ?? reportedStudy.get(picture.id)

  const ofStudy = new Map<string, PictureFacts[]>()
  const loose: PictureFacts[] = []
  for (const picture of pictures) {
    const owner = ownerOf(picture)
    if (owner !== undefined && known.has(owner)) ofStudy.set(owner, [...(ofStudy.get(owner) ?? []), picture])
    else loose.push(picture)
  }
  const albums: Album[] = studies.map((study) => ({
    key: `ImagingStudy/${study.id}`,
    study,
    moment: study.moment,
    title: study.name,
    pictures: [...(ofStudy.get(study.id) ?? [])].sort(oldestFirst),
    report: reportOf.get(study.id),
  }))
  albums.push(...looseAlbums(loose, reportOf))
  return albums.sort((a, b) => (momentMs(b.moment) ?? 0) - (momentMs(a.moment) ?? 0))
}

function looseAlbums(pictures: readonly PictureFacts[], reportOf: ReadonlyMap<string, ReportFacts>): readonly Album[] {
  const groups = new Map<string, PictureFacts[]>()
  for (const picture of pictures) {
    const key = `${picture.encounter ?? ''}|${picture.moment?.slice(0, 10) ?? ''}`
    groups.set(key, [...(groups.get(key) ?? []), picture])
  }
  return [...groups].map(([key, members]) => ({
    key: `Media|${key}`,
    study: undefined,
    moment: members[0]?.moment,
    title: members[0]?.title ?? '',
    pictures: members.sort(oldestFirst),
    report: reportOf.get(members[0]?.id ?? ''),
  }))
}

function oldestFirst(a: PictureFacts, b: PictureFacts): number {
  return (momentMs(a.moment) ?? 0) - (momentMs(b.moment) ?? 0) || a.id.localeCompare(b.id, 'en', { numeric: true })
}
