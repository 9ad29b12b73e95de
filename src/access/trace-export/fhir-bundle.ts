import { auditEventOf } from '../../audit/index.ts'
import { markWithReceipt } from '../../watermark/index.ts'
import type { ExportAccount, ExportDesk } from './export-order.ts'
import type { ExportedUse } from './exported-use.ts'

/** A FHIR R4 Bundle of AuditEvent (IHE BALP), written as it grows; each event carries the receipt of the export. */
export async function* fhirBundle(
  account: ExportAccount,
  uses: AsyncIterable<ExportedUse>,
  { trace, origin, publicUrl }: ExportDesk,
): AsyncGenerator<string> {
  const { receipt } = account
  yield `{"resourceType":"Bundle","id":"chartward-${receipt.sequence}","type":"collection","timestamp":"${receipt.recorded}",` +
    `"identifier":{"system":"https://${origin}","value":"${receipt.sequence}"},"entry":[`
  let first = true
  for await (const { row } of uses) {
    const { follows } = row.entry
    const followed = follows === undefined ? undefined : (await trace.entryAt(follows))?.entry
    const event = auditEventOf(row.entry, {
      sequence: row.sequence,
      leafHash: row.leafHash,
      origin,
      publicUrl,
      ...(followed && { followed }),
    })
    const resource = markWithReceipt(JSON.stringify(event), receipt)
    yield `${first ? '' : ','}\n{"fullUrl":"${publicUrl}/fhir/AuditEvent/${row.sequence}","resource":${resource}}`
    first = false
  }
  yield '\n]}\n'
}
