import type { PatientRow } from '../../contract/index.ts'
import { SexAndAge } from '../patient/patient-facts.tsx'
import { PatientName } from '../patient/patient-name.tsx'
import { RelationChip } from '../patient/relation-chip.tsx'
import './opening.css'

/** Enough to be sure which patient is meant, and no more. */
export function PatientLine({ patient }: { patient: PatientRow }) {
  return (
    <p className="patient-line">
      <PatientName name={patient.name} masked={patient.nameIsMasked} />
      <SexAndAge patient={patient} />
      {patient.recordNumber ? <span className="mono">{patient.recordNumber}</span> : null}
      {patient.place ? <span>{patient.place}</span> : null}
      <RelationChip relation={patient.relation} />
    </p>
  )
}
