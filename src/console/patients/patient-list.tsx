import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { PatientPage, PatientRow } from '../../contract/index.ts'
import { pathTo } from '../app/rooms.ts'
import { useTerm } from '../i18n/term.ts'
import { SexAndAge } from '../patient/patient-facts.tsx'
import { PatientName } from '../patient/patient-name.tsx'
import { RelationChip } from '../patient/relation-chip.tsx'
import { type Column, List, type Paged } from '../shape/list.tsx'
import { Moment } from '../time/moment.tsx'
import './patients.css'

interface PatientListProps {
  readonly label: string
  readonly paged: Paged & { readonly data: { readonly pages: readonly PatientPage[] } | undefined }
  readonly empty: ReactNode
  /** The bed leads on a ward; the name leads elsewhere. */
  readonly bedFirst?: boolean
}

/** Patients in rows; a tap anywhere on a row opens the record. */
export function PatientList({ label, paged, empty, bedFirst = false }: PatientListProps) {
  const columns = useColumns(bedFirst)
  const pages = paged.data?.pages ?? []
  return (
    <List
      label={label}
      columns={columns}
      rows={pages.flatMap((page) => page.rows)}
      rowKey={(row) => row.id}
      paged={paged}
      total={pages[0]?.total}
      empty={empty}
      density="comfortable"
    />
  )
}

function useColumns(bedFirst: boolean): readonly Column<PatientRow>[] {
  const { t } = useTranslation()
  const term = useTerm()
  const name: Column<PatientRow> = {
    id: 'name',
    label: t('patients.name'),
    render: (row) => (
      <span className="patient-cell">
        {bedFirst && row.bed ? <span className="bed">{row.bed}</span> : null}
        <Link to={pathTo.patient(row.id)} className="row-link">
          <PatientName name={row.name} masked={row.nameIsMasked} />
        </Link>
        <span className="soft small">
          <SexAndAge patient={row} />
        </span>
      </span>
    ),
  }
  return [
    name,
    { id: 'relation', label: t('patients.relation'), render: (row) => <RelationChip relation={row.relation} /> },
    {
      id: 'diagnosis',
      label: t('patients.diagnosis'),
      weight: 'second',
      render: (row) => row.mainDiagnosis ?? null,
    },
    {
      id: 'place',
      label: t('patients.place'),
      weight: 'second',
      render: (row) =>
        row.place ? (
          <span>
            {row.encounterClass ? `${term('encounterClass', row.encounterClass)} · ` : ''}
            {row.place}
            {row.bed && !bedFirst ? ` · ${t('patients.bedNumber', { bed: row.bed.replace(/\s*床$/, '') })}` : ''}
          </span>
        ) : null,
    },
    {
      id: 'since',
      label: t('patients.since'),
      weight: 'third',
      render: (row) => (row.since ? <Moment at={row.since} dayOnly /> : null),
    },
    {
      id: 'record-number',
      label: t('patients.recordNumber'),
      weight: 'third',
      render: (row) => (row.recordNumber ? <span className="mono nowrap">{row.recordNumber}</span> : null),
    },
  ]
}
