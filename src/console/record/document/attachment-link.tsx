import Button from 'antd/es/button'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '../../shape/page-state.tsx'
import type { Attachment } from '../fhir/report.ts'
import { fetchContent } from '../image/content.ts'
import { useReader } from '../record-context.ts'

/** Opens a file of the record in a tab of its own, from bytes fetched with the session: no address to pass on. */
export function AttachmentLink({ attachment }: { attachment: Attachment }) {
  const { t } = useTranslation()
  const reader = useReader()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  async function open(): Promise<void> {
    setBusy(true)
    setError(undefined)
    try {
      const { blob } = await fetchContent(reader, attachment)
      const address = URL.createObjectURL(blob)
      window.open(address, '_blank', 'noopener')
      // The new tab has read it by then; a blob address that lives on would hold the bytes in memory.
      setTimeout(() => URL.revokeObjectURL(address), 60_000)
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="attachment">
      <Button onClick={open} loading={busy}>
        {attachment.title ?? t('record.reader.attachmentOpen')}
      </Button>
      {error ? <Failure error={error} compact /> : null}
    </div>
  )
}
