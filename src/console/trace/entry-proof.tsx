import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, type To } from 'react-router'
import type { Use, UseProof } from '../../contract/index.ts'
import { useApi } from '../api/client.ts'
import { proofQuery } from '../api/traces.ts'
import { useTerm } from '../i18n/term.ts'
import { DossierSection, TimeLine } from '../shape/dossier.tsx'
import { Failure, Loading } from '../shape/page-state.tsx'
import { StateTag, type StateTone } from '../state/state-tag.tsx'
import { Moment } from '../time/moment.tsx'
import { ReceiptChip } from '../use/receipt-chip.tsx'
import { UseOutcome } from '../uses/use-words.tsx'
import { tlogProofOf } from './tlog-proof.ts'
import { UseFacts } from './use-facts.tsx'
import { type Verdict, verifyEntry } from './verify-entry.ts'
import './entry.css'

interface EntryProofProps {
  readonly sequence: number
  readonly known: readonly Use[]
  addressOf(use: Pick<Use, 'sequence'>): To
}

/** One entry with its chain, its proof and the bytes that were hashed. Reading it is itself an entry. */
export function EntryProof({ sequence, known, addressOf }: EntryProofProps) {
  const { t } = useTranslation()
  const proof = useQuery(proofQuery(useApi(), sequence))
  if (proof.isPending) return <Loading />
  if (proof.isError) {
    const use = known.find((candidate) => candidate.sequence === sequence)
    return (
      <>
        {use ? <UseFacts use={use} /> : null}
        <Failure error={proof.error} onRetry={proof.refetch} compact />
      </>
    )
  }
  return (
    <div className="entry" data-testid="entry">
      <DossierSection title={t('trace.facts')} actions={<ReceiptChip receipt={proof.data.receipt} />}>
        <UseFacts use={proof.data.use} />
      </DossierSection>
      <Chain use={proof.data.use} known={known} addressOf={addressOf} />
      <Integrity proof={proof.data} />
      <details>
        <summary>{t('trace.raw')}</summary>
        <pre className="entry-raw">{indented(proof.data.entry)}</pre>
      </details>
    </div>
  )
}

/** The permit and what followed it: one use in its steps. */
function Chain({ use, known, addressOf }: { use: Use } & Omit<EntryProofProps, 'sequence'>) {
  const { t } = useTranslation()
  const term = useTerm()
  const permit = use.follows ?? use.sequence
  const first = useQuery({
    ...proofQuery(useApi(), permit),
    enabled: permit !== use.sequence && !known.some((other) => other.sequence === permit),
  })
  const steps = new Map<number, Use>()
  for (const other of [use, ...known, ...(first.data ? [first.data.use] : [])]) {
    if (other.sequence === permit || other.follows === permit) steps.set(other.sequence, other)
  }
  if (steps.size < 2) return null
  return (
    <DossierSection title={t('trace.chain')}>
      <TimeLine
        label={t('trace.chain')}
        entries={[...steps.values()]
          .sort((a, b) => a.sequence - b.sequence)
          .map((step) => ({
            id: String(step.sequence),
            mark: step.sequence === use.sequence ? 'now' : 'past',
            when: <Moment at={step.recorded} />,
            what: (
              <span className="entry-step">
                <Link to={addressOf(step)} aria-current={step.sequence === use.sequence ? 'true' : undefined}>
                  {term('kind', step.kind)} {step.sequence}
                </Link>
                <UseOutcome use={step} />
              </span>
            ),
          }))}
      />
    </DossierSection>
  )
}

function Integrity({ proof }: { proof: UseProof }) {
  const { t } = useTranslation()
  const verified = useQuery({
    queryKey: ['verified', proof.leafHash, proof.proof?.treeSize],
    queryFn: () => verifyEntry(proof),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  return (
    <DossierSection title={t('trace.proof')}>
      <div className="entry-verdict">
        {verified.data ? <StateTag tone={tones[verified.data]}>{t(`trace.verdict.${verified.data}`)}</StateTag> : null}
        {proof.proof ? (
          <a
            href={`data:text/plain;charset=utf-8,${encodeURIComponent(tlogProofOf(proof))}`}
            download={`receipt-${proof.use.sequence}.tlog-proof`}
            data-testid="tlog-proof"
          >
            {t('trace.takeProof')}
          </a>
        ) : null}
      </div>
      <p className="soft small entry-lead">
        {proof.proof
          ? t('trace.proofLead', { sequence: proof.use.sequence, size: proof.proof.treeSize })
          : t('trace.proofWaiting')}
      </p>
      <dl className="entry-hashes">
        <dt>{t('trace.leaf')}</dt>
        <dd>{proof.leafHash}</dd>
        {proof.proof ? (
          <>
            <dt>{t('trace.root')}</dt>
            <dd>{proof.proof.rootHash}</dd>
            <dt>{t('trace.path')}</dt>
            <dd>
              {proof.proof.path.map((hash) => (
                <span key={hash}>{hash}</span>
              ))}
            </dd>
            <dt>{t('trace.checkpoint')}</dt>
            <dd>
              <pre>{proof.proof.checkpoint}</pre>
            </dd>
          </>
        ) : null}
      </dl>
    </DossierSection>
  )
}

const tones: Readonly<Record<Verdict, StateTone>> = {
  holds: 'good',
  broken: 'attention',
  waiting: 'plain',
  'not-here': 'plain',
}

function indented(entry: string): string {
  try {
    return JSON.stringify(JSON.parse(entry), null, 2)
  } catch {
    return entry
  }
}
