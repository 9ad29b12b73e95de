import { Misread } from '../../api/problem.ts'
import { readReference } from '../fhir/datatype.ts'
import { textAt } from '../fhir/element.ts'
import type { Attachment } from '../fhir/report.ts'
import { type Reader, readRecord } from '../record-queries.ts'

export interface Content {
  readonly blob: Blob
  /** Receipt of the reading of the bytes; absent where they came with the record itself. */
  readonly receipt: number | undefined
}

/**
 * The bytes of an attachment: from the record where it carries them, else from the Binary it points to, read like any
 * record, with the session, a purpose and a trace. An address outside `/fhir` is never followed.
 */
export async function fetchContent(reader: Reader, attachment: Attachment): Promise<Content> {
  if (attachment.data !== undefined) {
    return { blob: blobOf(attachment.data, attachment.contentType), receipt: undefined }
  }
  const target = readReference(attachment.url)
  if (target?.type !== 'Binary') throw new Misread(attachment.url ?? 'no content')
  const read = await readRecord(reader, `/Binary/${target.id}`)
  const data = textAt(read.resource, 'data')
  if (data === undefined) throw new Misread(`Binary/${target.id}`)
  return { blob: blobOf(data, attachment.contentType ?? textAt(read.resource, 'contentType')), receipt: read.receipt }
}

/** Types that a browser may show from a blob of our own origin; anything else would be handed over as a plain file. */
const safeTypes = /^(image\/(png|jpe?g|gif|webp|avif|bmp)|application\/pdf|text\/plain)$/

function blobOf(base64: string, contentType: string | undefined): Blob {
  const binary = atob(base64.replace(/\s/g, ''))
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
  const type = contentType?.split(';')[0]?.trim() ?? ''
  return new Blob([bytes], { type: safeTypes.test(type) ? type : 'application/octet-stream' })
}
