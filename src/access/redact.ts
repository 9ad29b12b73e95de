import { classify, type Obligation, type RecordLabel } from '../authority/index.ts'
import type { FhirResource, StoredRecord } from '../records/index.ts'
import { deIdentify } from './de-identify.ts'
import { maskIdentity } from './mask-identity.ts'
import { withholdPart } from './withhold.ts'

export interface RedactedRecord {
  /** JSON text. */
  readonly content: string
  /** Names of the parts that were left out, in the order found. */
  readonly withheld: readonly string[]
}

/**
 * Takes out of a record what its reader may not have: parts whose own label the decision does not reach, and
 * identities where the permit obliges to mask them. What is left out is named, never silently gone.
 * @param admits whether the reader may have a part with this label, by the same policies as the record itself.
 */
export function redact(
  record: StoredRecord,
  obligations: readonly Obligation[],
  admits: (label: RecordLabel) => boolean,
): RedactedRecord {
  const masks = obligations.some((obligation) => obligation.type === 'mask-identity')
  const deIdentifies = obligations.some((obligation) => obligation.type === 'de-identify')
  if (!record.hasLabelledParts && !masks && !deIdentifies) return { content: record.content, withheld: [] }

  let resource = JSON.parse(record.content) as FhirResource
  const withheld: string[] = []
  if (record.hasLabelledParts) {
    // From the last to the first, so that taking one out of a list does not move those before it.
    for (const part of [...classify(resource).parts].reverse()) {
      if (admits(part.label)) continue
      resource = withholdPart(resource, part.path)
      withheld.unshift(part.name)
    }
  }
  if (masks) resource = maskIdentity(resource)
  if (deIdentifies) resource = deIdentify(resource)
  if (withheld.length === 0 && !masks && !deIdentifies) return { content: record.content, withheld }
  return { content: JSON.stringify(resource), withheld }
}
