import { type Receipt, receiptName } from '../ledger/index.ts'

/** The code system of receipt marks: the code is the sequence number of the permit in the institution's ledger, or its place in a spool (`S…`). */
export const receiptSystem = 'https://chartward.org/fhir/CodeSystem/receipt'

/** A security label as `meta.security` publishes it. */
export interface SecurityCoding {
  readonly system: string
  readonly code: string
  readonly display?: string
}

interface Meta {
  readonly tag?: readonly { readonly system?: string; readonly code?: string }[]
  readonly security?: readonly Partial<SecurityCoding>[]
}

// The record store writes every resource with this beginning; what begins otherwise is parsed instead.
const beginning = /^\{"resourceType":"[A-Za-z]+","id":"[A-Za-z0-9\-.]+","meta":\{/
/** What the store writes into a `meta` that brought nothing of its own: there is no tag and no label in it to keep. */
const plainMeta = /"versionId":"\d+","lastUpdated":"[0-9TZ:.+-]+"\}/y

/**
 * Puts the receipt of the use into a resource as a `meta.tag`, so that whatever carries the resource away carries
 * the number of the use that let it out (notice 二(二): 使用过程留痕), and its labels as `meta.security`.
 * @param content JSON text of one FHIR resource.
 * @returns JSON text of the same resource with one receipt tag; a tag of an earlier use is replaced.
 */
export function markWithReceipt(content: string, receipt: Receipt, labels: readonly SecurityCoding[] = []): string {
  const tag = { system: receiptSystem, code: receiptName(receipt) }
  const head = beginning.exec(content)?.[0]
  if (head !== undefined && hasNoMarks(content, head.length)) {
    const rest = content.slice(head.length)
    const tags = `"tag":[{"system":"${receiptSystem}","code":"${tag.code}"}]`
    return `${head}${securityText(labels)}${tags}${rest.startsWith('}') ? '' : ','}${rest}`
  }
  const resource = JSON.parse(content) as { meta?: Meta }
  const otherTags = (resource.meta?.tag ?? []).filter((old) => old.system !== receiptSystem)
  const sourceLabels = (resource.meta?.security ?? []).filter(
    (old) => !labels.some((label) => label.system === old.system && label.code === old.code),
  )
  const security = [...sourceLabels, ...labels]
  const meta = { ...resource.meta, ...(security.length > 0 && { security }), tag: [...otherTags, tag] }
  return JSON.stringify({ ...resource, meta })
}

function hasNoMarks(content: string, metaAt: number): boolean {
  plainMeta.lastIndex = metaAt
  return plainMeta.test(content) || !(content.includes('"tag":[') || content.includes('"security":['))
}

/** Labels are few and shared by many records: their text is written once. */
const labelTexts = new WeakMap<readonly SecurityCoding[], string>()

function securityText(labels: readonly SecurityCoding[]): string {
  if (labels.length === 0) return ''
  const known = labelTexts.get(labels)
  if (known !== undefined) return known
  const text = `"security":${JSON.stringify(labels)},`
  labelTexts.set(labels, text)
  return text
}

/** The receipt number a resource carries, if it carries one. */
export function receiptOf(resource: { readonly meta?: Meta }): number | undefined {
  const code = resource.meta?.tag?.find((tag) => tag.system === receiptSystem)?.code
  return code !== undefined && /^\d{1,15}$/.test(code) ? Number(code) : undefined
}
