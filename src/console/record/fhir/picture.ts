import { actorText, codesOf, conceptText, momentAt, readReference, referenceId } from './datatype.ts'
import { type Json, listAt, numberAt, objectAt, present, textAt } from './element.ts'
import { type Attachment, readAttachment } from './report.ts'

/** An imaging study with its series. Pixels come through `Media` or an endpoint; the study itself is only the list. */
export interface StudyFacts {
  readonly id: string
  readonly name: string
  readonly modalities: readonly string[]
  readonly moment: string | undefined
  readonly encounter: string | undefined
  readonly status: string | undefined
  readonly series: readonly SeriesFacts[]
  readonly version: string | undefined
}

export interface SeriesFacts {
  readonly uid: string
  readonly number: number | undefined
  readonly name: string | undefined
  readonly modality: string | undefined
  readonly bodySite: string | undefined
  readonly instances: readonly {
    readonly uid: string
    readonly number: number | undefined
    readonly title: string | undefined
  }[]
  readonly instanceCount: number
}

export function readStudy(resource: Json): StudyFacts {
  const series = listAt(resource, 'series').map(readSeries)
  const named = present([
    textAt(resource, 'description'),
    conceptText(listAt(resource, 'procedureCode')[0]),
    ...series.map((one) => one.name ?? one.instances[0]?.title),
  ])[0]
  const modalities = [...new Set([...codesOf(resource.modality), ...present(series.map((one) => one.modality))])]
  return {
    id: textAt(resource, 'id') ?? '',
    name: named ?? (modalities.join(' ') || 'ImagingStudy'),
    modalities,
    moment: textAt(resource, 'started') ?? textAt(resource, 'series', 0, 'started'),
    encounter: referenceId(resource.encounter),
    status: textAt(resource, 'status'),
    series,
    version: textAt(resource, 'meta', 'versionId'),
  }
}

function readSeries(series: Json): SeriesFacts {
  const instances = listAt(series, 'instance').map((instance) => ({
    uid: textAt(instance, 'uid') ?? '',
    number: numberAt(instance, 'number'),
    title: textAt(instance, 'title'),
  }))
  return {
    uid: textAt(series, 'uid') ?? '',
    number: numberAt(series, 'number'),
    name: textAt(series, 'description'),
    modality: codesOf(series.modality)[0],
    bodySite: conceptText(series.bodySite),
    instances,
    instanceCount: numberAt(series, 'numberOfInstances') ?? instances.length,
  }
}

/** One picture that can be shown: where its bytes are, and which study and series it belongs to. */
export interface PictureFacts {
  readonly id: string
  readonly title: string
  readonly moment: string | undefined
  readonly encounter: string | undefined
  readonly operator: string | undefined
  readonly bodySite: string | undefined
  readonly modality: string | undefined
  readonly study: string | undefined
  readonly seriesUid: string | undefined
  readonly width: number | undefined
  readonly height: number | undefined
  readonly content: Attachment
  readonly version: string | undefined
}

export function readMedia(resource: Json): PictureFacts {
  const content = readAttachment(resource.content)
  const partOf = [...listAt(resource, 'partOf'), ...listAt(resource, 'basedOn')].map(readReference)
  const uids = listAt(resource, 'identifier').map((identifier) => textAt(identifier, 'value')?.replace(/^urn:oid:/, ''))
  return {
    id: textAt(resource, 'id') ?? '',
    title: content.title ?? conceptText(resource.view) ?? conceptText(resource.bodySite) ?? 'Media',
    moment: momentAt(resource, 'created') ?? textAt(resource, 'issued'),
    encounter: referenceId(resource.encounter),
    operator: actorText(resource.operator),
    bodySite: conceptText(resource.bodySite),
    modality: codesOf(resource.modality)[0],
    study: partOf.find((reference) => reference?.type === 'ImagingStudy')?.id,
    seriesUid: present(uids)[0],
    width: numberAt(resource, 'width'),
    height: numberAt(resource, 'height'),
    content,
    version: textAt(resource, 'meta', 'versionId'),
  }
}

/** A browser can draw these; DICOM and the rest need a viewer of their own. */
export function pictureIsDrawable(content: Attachment): boolean {
  return /^image\/(png|jpe?g|gif|webp|avif|bmp)$/.test(content.contentType ?? '')
}

/** A DocumentReference's contents, for those records that keep pictures and files there. */
export function attachmentsOf(resource: Json): readonly Attachment[] {
  return listAt(resource, 'content').flatMap((content) => {
    const attachment = objectAt(content, 'attachment')
    return attachment ? [readAttachment(attachment)] : []
  })
}
