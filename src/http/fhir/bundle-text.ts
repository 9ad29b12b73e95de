import { receiptExtension } from '../errors/index.ts'

/** One entry of a Bundle as text: the resource is the stored JSON as it stands, never parsed again. */
export interface BundleEntryText {
  readonly fullUrl?: string
  readonly resource?: string
  readonly search?: { readonly mode: 'match' | 'include' | 'outcome' }
  readonly request?: { readonly method: string; readonly url: string }
  readonly response?: {
    readonly status: string
    readonly location?: string
    readonly etag?: string
    readonly lastModified?: string
    /** JSON text of an OperationOutcome. */
    readonly outcome?: string
    readonly receipt?: string
  }
}

export interface BundleText {
  readonly type: 'searchset' | 'history' | 'batch-response' | 'transaction-response'
  readonly id: string
  /** RFC 3339. */
  readonly timestamp: string
  readonly total?: number
  readonly links: readonly { readonly relation: 'self' | 'next' | 'first'; readonly url: string }[]
  readonly entries: readonly BundleEntryText[]
}

export function writeBundle(bundle: BundleText): string {
  const head = JSON.stringify({
    resourceType: 'Bundle',
    id: bundle.id,
    meta: { lastUpdated: bundle.timestamp },
    type: bundle.type,
    timestamp: bundle.timestamp,
    ...(bundle.total !== undefined && { total: bundle.total }),
    ...(bundle.links.length > 0 && { link: bundle.links }),
  })
  // FHIR forbids an empty array: no entries, no `entry`.
  if (bundle.entries.length === 0) return head
  return `${head.slice(0, -1)},"entry":[${bundle.entries.map(writeEntry).join(',')}]}`
}

function writeEntry(entry: BundleEntryText): string {
  const members: string[] = []
  if (entry.fullUrl !== undefined) members.push(`"fullUrl":${JSON.stringify(entry.fullUrl)}`)
  if (entry.resource !== undefined) members.push(`"resource":${entry.resource}`)
  if (entry.search) members.push(`"search":${JSON.stringify(entry.search)}`)
  if (entry.request) members.push(`"request":${JSON.stringify(entry.request)}`)
  if (entry.response) members.push(`"response":${writeResponse(entry.response)}`)
  return `{${members.join(',')}}`
}

function writeResponse(response: NonNullable<BundleEntryText['response']>): string {
  const { outcome, receipt, ...plain } = response
  const text = JSON.stringify({
    ...(receipt !== undefined && { extension: [{ url: receiptExtension, valueString: receipt }] }),
    ...plain,
  })
  return outcome === undefined ? text : `${text.slice(0, -1)},"outcome":${outcome}}`
}
