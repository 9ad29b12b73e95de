import type { FhirResource } from '../../records/index.ts'
import { receiptSystem } from '../../watermark/index.ts'
import { fault } from './errors.ts'
import type { JsonObject, JsonValue } from './json-text.ts'

const observationValueSystem = 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue'

/**
 * A body that is to become a version of a record: an object of the type (and id) the address names, and whole.
 * What was read redacted, masked or as a summary is refused: writing it back would destroy what its reader never saw.
 * @throws {FhirFault} `body-missing`, `resource-mismatch`, `redacted-write-back`.
 */
export function readResource(body: JsonValue | undefined, expected: { type: string; id?: string }): FhirResource {
  if (body === undefined) throw fault('body-missing', 'resource', '缺少资源。', 'A resource is needed.')
  if (!isObject(body)) {
    throw fault('resource-mismatch', 'object', '正文应为一个资源对象。', 'The body must be one resource object.')
  }
  const { resourceType, id } = body
  if (typeof resourceType !== 'string' || resourceType === '') {
    throw fault('resource-mismatch', 'type', '缺少 resourceType。', 'resourceType is missing.', 'resourceType')
  }
  if (resourceType !== expected.type) {
    throw fault(
      'resource-mismatch',
      'type',
      `地址为 ${expected.type}，资源类型与之不同。`,
      `The address is of ${expected.type}, the resource is of another type.`,
      'resourceType',
    )
  }
  if (expected.id !== undefined && id !== expected.id) {
    throw fault(
      'resource-mismatch',
      'id',
      '资源的 id 须与地址中的编号相同。',
      'The id of the resource must be the id in the address.',
      `${expected.type}.id`,
    )
  }
  if (isLessThanStored(body)) throw fault('redacted-write-back', 'whole', notWhole.zh, notWhole.en, 'meta')
  return withoutReceipt(body) as unknown as FhirResource
}

/** The receipt of the reading does not belong to the record; its place is the ledger. */
function withoutReceipt(resource: JsonObject): JsonObject {
  const meta = resource.meta
  if (!isObject(meta) || !Array.isArray(meta.tag)) return resource
  const { tag, ...others } = meta
  const kept = (tag as readonly JsonValue[]).filter((coding) => !isObject(coding) || coding.system !== receiptSystem)
  return { ...resource, meta: kept.length > 0 ? { ...others, tag: kept } : others }
}

const notWhole = {
  zh: '该资源带有 REDACTED 或 SUBSETTED 标记，不是全文。',
  en: 'The resource carries REDACTED or SUBSETTED: it is not the whole of what is kept.',
}

/** Whether its labels say that something was left out of it (v3-ObservationValue REDACTED, SUBSETTED, MASKED). */
function isLessThanStored(resource: JsonObject): boolean {
  const meta = resource.meta
  if (!isObject(meta)) return false
  return [meta.security, meta.tag]
    .flatMap((list) => (Array.isArray(list) ? (list as readonly JsonValue[]) : []))
    .some(
      (coding) =>
        isObject(coding) &&
        coding.system === observationValueSystem &&
        (coding.code === 'REDACTED' || coding.code === 'SUBSETTED' || coding.code === 'MASKED'),
    )
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
