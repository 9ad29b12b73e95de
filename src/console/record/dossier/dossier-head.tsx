import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Role } from '../../../contract/index.ts'
import { useSession } from '../../api/session.ts'
import { WhyButton } from '../../explain/why-panel.tsx'
import { useTerm } from '../../i18n/term.ts'
import { useStanding } from '../../opening/opening-gate.tsx'
import { PatientName } from '../../patient/patient-name.tsx'
import { RelationChip } from '../../patient/relation-chip.tsx'
import { PageHead } from '../../shape/page-head.tsx'
import { StateTag, type StateTone } from '../../state/state-tag.tsx'
import { useNow } from '../../time/now.ts'
import { ReceiptChip } from '../../use/receipt-chip.tsx'
import { type EncounterFacts, presentEncounter } from '../fhir/encounter.ts'
import { type AllergyFacts, mainDiagnosis, readAllergy, readCondition } from '../fhir/finding.ts'
import { ageAt, type PatientFacts } from '../fhir/patient.ts'
import { addresses, useReader, useRecord } from '../record-context.ts'
import { searchQuery } from '../record-queries.ts'
import './dossier-head.css'

interface DossierHeadProps {
  readonly patient: PatientFacts
  readonly receipt: number | undefined
  readonly encountersAreKnown: boolean
}

/** Whose record this is, what must never be missed (allergies), and the trace of this very view. */
export function DossierHead({ patient, receipt, encountersAreKnown }: DossierHeadProps) {
  const { t } = useTranslation()
  const { encounters } = useRecord()
  const standing = useStanding()
  const { roles } = useSession()
  const stay = presentEncounter(encounters)
  const name = patient.name ?? standing.patient.name
  return (
    <div className="dossier-head">
      <PageHead
        title={t('record.titleOf', { name })}
        heading={<PatientName name={name} masked={name.includes('*')} />}
        marks={
          <>
            <span className="dossier-head-person">
              <SexAndAge patient={patient} />
            </span>
            {patient.deceased ? <StateTag tone="ended">{t('record.head.deceased')}</StateTag> : null}
            {encountersAreKnown && !patient.deceased ? <StayTag stay={stay} /> : null}
            <RelationChip relation={standing.patient.relation} />
          </>
        }
        lead={<Whereabouts patient={patient} stay={stay} />}
        actions={
          <>
            {receipt === undefined ? null : <ReceiptChip receipt={receipt} purpose={standing.purpose} />}
            <WhyButton matter={{ type: 'Patient', id: patient.id }} />
            {mayAskWhoLooked(roles) ? (
              <Link className="button-link" to={addresses.uses(patient.id)} data-testid="who-has-looked">
                {t('record.head.uses')}
              </Link>
            ) : null}
          </>
        }
      />
      <dl className="dossier-facts" aria-label={t('record.head.facts')}>
        <MainDiagnosis stay={stay} />
        <Allergies />
      </dl>
    </div>
  )
}

/** Posts for which a policy of `60-supervision` can open who has looked; for others the way is not shown. */
const askingPosts: readonly Role[] = ['physician', 'department-head', 'medical-affairs']
const mayAskWhoLooked = (roles: readonly Role[]) => roles.some((role) => askingPosts.includes(role))

function SexAndAge({ patient }: { patient: PatientFacts }) {
  const { t } = useTranslation()
  const term = useTerm()
  const now = useNow()
  const at = typeof patient.deceased === 'string' ? Date.parse(patient.deceased) : now
  const age = ageAt(patient.birthDate, at)
  return (
    <span className="nowrap">
      {term('gender', patient.gender)}
      {age ? ` · ${t(`record.head.${age.unit}s`, { count: age.value })}` : ''}
    </span>
  )
}

function StayTag({ stay }: { stay: EncounterFacts | undefined }) {
  const { t } = useTranslation()
  const state = stayState(stay)
  const tone: StateTone = state === 'left' ? 'ended' : state === 'planned' ? 'plain' : 'good'
  return <StateTag tone={tone}>{t(`record.stay.${state}`)}</StateTag>
}

function stayState(stay: EncounterFacts | undefined): 'inpatient' | 'emergency' | 'clinic' | 'planned' | 'left' {
  if (stay?.status === 'planned') return 'planned'
  if (!stay || !['in-progress', 'arrived', 'triaged', 'onleave'].includes(stay.status ?? '')) return 'left'
  if (stay.classCode === 'IMP') return 'inpatient'
  return stay.classCode === 'EMER' ? 'emergency' : 'clinic'
}

function Whereabouts({ patient, stay }: { patient: PatientFacts; stay: EncounterFacts | undefined }) {
  const { t } = useTranslation()
  const place = [stay?.ward ?? stay?.department, stay?.bed].filter((part) => part !== undefined).join(' ')
  return (
    <span className="dossier-where">
      {place ? <span>{place}</span> : null}
      {stay?.attending ? <span>{t('record.head.attending', { name: stay.attending })}</span> : null}
      {patient.recordNumber ? <span>{t('record.head.recordNumber', { number: patient.recordNumber })}</span> : null}
    </span>
  )
}

function MainDiagnosis({ stay }: { stay: EncounterFacts | undefined }) {
  const { t } = useTranslation()
  const { patient } = useRecord()
  const conditions = useQuery(conditionsQuery(useReader(), patient))
  if (conditions.isError) return null
  const main = mainDiagnosis(conditions.data?.resources.map(readCondition) ?? [], stay?.id)
  return (
    <div>
      <dt>{t('record.head.diagnosis')}</dt>
      <dd>{conditions.isPending ? '…' : (main?.name ?? stay?.reason ?? t('record.head.noDiagnosis'))}</dd>
    </div>
  )
}

function Allergies() {
  const { t } = useTranslation()
  const { patient } = useRecord()
  const found = useQuery(allergiesQuery(useReader(), patient))
  const known = (found.data?.resources.map(readAllergy) ?? []).filter((allergy) => allergy.isActive)
  const real = known.filter((allergy) => !allergy.isNoneKnown)
  return (
    <div>
      <dt>{t('record.head.allergies')}</dt>
      <dd data-testid="allergies">
        {found.isPending ? '…' : null}
        {found.isError ? <StateTag tone="attention">{t('record.head.allergiesRefused')}</StateTag> : null}
        {found.isSuccess && known.length === 0 ? (
          <span className="soft">{t('record.head.allergiesAbsent')}</span>
        ) : null}
        {known.length > 0 && real.length === 0 ? t('record.head.allergiesNone') : null}
        {real.map((allergy) => (
          <AllergyTag key={allergy.id} allergy={allergy} />
        ))}
      </dd>
    </div>
  )
}

function AllergyTag({ allergy }: { allergy: AllergyFacts }) {
  const { t } = useTranslation()
  const severity = allergy.isSevere ? `（${t('record.head.severe')}）` : ''
  return <StateTag tone="attention">{`${allergy.substance}${severity}`}</StateTag>
}

export const conditionsQuery = (reader: ReturnType<typeof useReader>, patient: string) =>
  searchQuery(reader, `Condition?patient=${patient}&_sort=-recorded-date&_count=100`)

export const allergiesQuery = (reader: ReturnType<typeof useReader>, patient: string) =>
  searchQuery(reader, `AllergyIntolerance?patient=${patient}&_count=50`)
