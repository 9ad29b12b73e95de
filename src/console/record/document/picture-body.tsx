import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { Facts } from '../../shape/dossier.tsx'
import type { Json } from '../fhir/element.ts'
import { readMedia, readStudy } from '../fhir/picture.ts'
import { addresses, useRecord } from '../record-context.ts'

export function StudyBody({ resource }: { resource: Json }) {
  const { t } = useTranslation()
  const { patient } = useRecord()
  const study = readStudy(resource)
  return (
    <div className="reader-body">
      <Facts
        facts={[
          { label: t('record.reader.modality'), value: study.modalities.join(' / ') || '—' },
          ...study.series.map((series, index) => ({
            id: series.uid || String(index),
            label: t('record.images.series', { number: series.number ?? index + 1 }),
            value: [series.name, series.bodySite, t('record.images.instances', { count: series.instanceCount })]
              .filter((part) => part !== undefined)
              .join(' · '),
          })),
        ]}
      />
      <Link className="button-link button-link-small" to={`${addresses.images(patient)}?study=${study.id}`}>
        {t('record.reader.openPictures')}
      </Link>
    </div>
  )
}

export function PictureBody({ resource }: { resource: Json }) {
  const { t } = useTranslation()
  const { patient } = useRecord()
  const picture = readMedia(resource)
  return (
    <div className="reader-body">
      <Facts
        facts={[
          ...(picture.bodySite ? [{ label: t('record.reader.bodySite'), value: picture.bodySite }] : []),
          ...(picture.operator ? [{ label: t('record.reader.performer'), value: picture.operator }] : []),
        ]}
      />
      <Link className="button-link button-link-small" to={addresses.image(patient, `Media/${picture.id}`)}>
        {t('record.reader.openPictures')}
      </Link>
    </div>
  )
}
