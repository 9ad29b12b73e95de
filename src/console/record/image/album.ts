import { momentMs } from '../fhir/datatype.ts'
import type { PictureFacts, StudyFacts } from '../fhir/picture.ts'

/** Pictures of one study, or of one day outside any study, in the order they are leafed through. */
export interface Album {
  readonly key: string
  readonly study: StudyFacts | undefined
  readonly moment: string | undefined
  readonly title: string
  readonly pictures: readonly PictureFacts[]
}

/** Studies with their pictures, newest first. A picture finds its study by reference, or by the series it names. */
export function albumsOf(studies: readonly StudyFacts[], pictures: readonly PictureFacts[]): readonly Album[] {
  const seriesOwner = new Map(studies.flatMap((study) => study.series.map((series) => [series.uid, study.id] as const)))
  const ofStudy = new Map<string, PictureFacts[]>()
  const loose: PictureFacts[] = []
  for (const picture of pictures) {
    const owner = picture.study ?? (picture.seriesUid ? seriesOwner.get(picture.seriesUid) : undefined)
    if (owner !== undefined && studies.some((study) => study.id === owner)) {
      ofStudy.set(owner, [...(ofStudy.get(owner) ?? []), picture])
    } else loose.push(picture)
  }
  const albums: Album[] = studies.map((study) => ({
    key: `ImagingStudy/${study.id}`,
    study,
    moment: study.moment,
    title: study.name,
    pictures: [...(ofStudy.get(study.id) ?? [])].sort(oldestFirst),
  }))
  albums.push(...looseAlbums(loose))
  return albums.sort((a, b) => (momentMs(b.moment) ?? 0) - (momentMs(a.moment) ?? 0))
}

function looseAlbums(pictures: readonly PictureFacts[]): readonly Album[] {
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
  }))
}

function oldestFirst(a: PictureFacts, b: PictureFacts): number {
  return (momentMs(a.moment) ?? 0) - (momentMs(b.moment) ?? 0) || a.id.localeCompare(b.id, 'en', { numeric: true })
}
