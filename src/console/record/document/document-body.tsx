import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { Facts } from '../../shape/dossier.tsx'
import { type Attester, type DocumentFacts, readComposition, type Section } from '../fhir/composition.ts'
import { readReference } from '../fhir/datatype.ts'
import type { Json } from '../fhir/element.ts'
import { addresses, useRecord } from '../record-context.ts'
import { RecordMoment } from '../record-moment.tsx'
import { WithheldPart } from '../withheld-notice.tsx'
import { Blocks } from './blocks.tsx'

/** A document of the record: who stands for it, then its sections. */
export function DocumentBody({ resource }: { resource: Json }) {
  const { t } = useTranslation()
  const attesterLabel = useAttesterLabel()
  const document = readComposition(resource)
  const attesters = useAttestation(document)
  return (
    <div className="reader-body">
      <Facts
        facts={[
          { label: t('record.reader.author'), value: document.authors.join('、') || '—' },
          ...attesters.map(({ mode, name, time }) => ({
            id: `${mode} ${name}`,
            label: attesterLabel(mode),
            value: (
              <>
                {name} <RecordMoment at={time} />
              </>
            ),
          })),
          ...(document.custodian ? [{ label: t('record.reader.department'), value: document.custodian }] : []),
        ]}
      />
      {document.sections.length === 0 ? <p className="soft">{t('record.reader.noSections')}</p> : null}
      {document.sections.map((section) => (
        <SectionPart key={section.key} section={section} document={document} depth={0} />
      ))}
    </div>
  )
}

/** LOINC *Nurse Note*: reviewed by nurses among themselves, not by a superior physician. */
const nurseNote = '34746-8'

/**
 * A superior's review is `professional`; the author's own signature (`legal`, `personal`) is not one. A physician's
 * note of an admission that lacks it says so (病历书写基本规范 2010, art. 8).
 */
function useAttestation(document: DocumentFacts): readonly Attester[] {
  const { t } = useTranslation()
  const { encounters } = useRecord()
  const stay = encounters.find((encounter) => encounter.id === document.encounter)
  const isReviewed = document.attesters.some((attester) => attester.mode === 'professional')
  const needsReview = stay?.classCode === 'IMP' && !document.typeCodes.includes(nurseNote)
  if (isReviewed || !needsReview) return document.attesters
  return [...document.attesters, { mode: 'professional', name: t('record.reader.notAttested'), time: undefined }]
}

function useAttesterLabel(): (mode: string | undefined) => string {
  const { t } = useTranslation()
  const [superior, other] = [t('record.reader.superior'), t('record.reader.attester')]
  return (mode) => (mode === 'professional' ? superior : other)
}

function SectionPart({ section, document, depth }: { section: Section; document: DocumentFacts; depth: number }) {
  const { t } = useTranslation()
  const { patient } = useRecord()
  const Heading = depth === 0 ? 'h3' : 'h4'
  const isEmpty = section.blocks.length === 0 && section.entries.length === 0 && section.sections.length === 0
  return (
    <section className="document-section">
      {section.title ? <Heading>{section.title}</Heading> : null}
      {section.isWithheld ? (
        <WithheldPart
          title={t('record.reader.withheldSection')}
          why={t('record.reader.withheldSectionWhy')}
          matter={{ type: 'Composition', id: document.id }}
        />
      ) : null}
      <Blocks blocks={section.blocks} />
      {isEmpty && !section.isWithheld ? (
        <p className="faint">{section.emptyReason ?? t('record.reader.emptySection')}</p>
      ) : null}
      {section.entries.length > 0 ? (
        <ul className="document-entries" aria-label={t('record.reader.entries')}>
          {section.entries.map((entry) => (
            <li key={entry.reference}>
              <EntryLink reference={entry.reference} text={entry.text} patient={patient} />
            </li>
          ))}
        </ul>
      ) : null}
      {section.sections.map((inner) => (
        <SectionPart key={inner.key} section={inner} document={document} depth={depth + 1} />
      ))}
    </section>
  )
}

function EntryLink({ reference, text, patient }: { reference: string; text: string | undefined; patient: string }) {
  const target = readReference(reference)
  if (!target?.type) return <>{text ?? reference}</>
  return <Link to={addresses.record(patient, `${target.type}/${target.id}`)}>{text ?? reference}</Link>
}
