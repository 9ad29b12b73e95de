import { useTranslation } from 'react-i18next'
import { Facts } from '../../shape/dossier.tsx'
import { type Json, textAt } from '../fhir/element.ts'
import { pathWords, readFields } from '../fhir/generic.ts'
import { narrativeText, readNarrative } from '../fhir/narrative.ts'
import { Blocks } from './blocks.tsx'
import { DocumentBody } from './document-body.tsx'
import { EncounterBody } from './encounter-body.tsx'
import { ConditionBody, ObservationBody, OrderBody, ProcedureBody } from './finding-body.tsx'
import { PictureBody, StudyBody } from './picture-body.tsx'
import { ReportBody } from './report-body.tsx'

/** The content of a record by its type; a type without a form of its own is told field by field. */
export function RecordBody({ resource }: { resource: Json }) {
  switch (textAt(resource, 'resourceType')) {
    case 'Composition':
      return <DocumentBody resource={resource} />
    case 'DiagnosticReport':
      return <ReportBody resource={resource} />
    case 'Observation':
      return <ObservationBody resource={resource} />
    case 'ServiceRequest':
    case 'MedicationRequest':
    case 'MedicationStatement':
    case 'MedicationAdministration':
    case 'MedicationDispense':
      return <OrderBody resource={resource} />
    case 'Procedure':
      return <ProcedureBody resource={resource} />
    case 'Condition':
      return <ConditionBody resource={resource} />
    case 'Encounter':
      return <EncounterBody resource={resource} />
    case 'ImagingStudy':
      return <StudyBody resource={resource} />
    case 'Media':
      return <PictureBody resource={resource} />
    default:
      return <GenericBody resource={resource} />
  }
}

export function GenericBody({ resource }: { resource: Json }) {
  const { t } = useTranslation()
  const fields = readFields(resource)
  const narrative = readNarrative(textAt(resource, 'text', 'div'))
  return (
    <div className="reader-body">
      {narrativeText(narrative) === '' ? null : <Blocks blocks={narrative} />}
      <p className="faint small">{t('record.reader.generic')}</p>
      {fields.length === 0 ? <p className="soft">{t('record.reader.noFields')}</p> : null}
      <Facts facts={fields.map((field) => ({ id: field.path, label: pathWords(field.path), value: field.value }))} />
    </div>
  )
}
