import { type Denied, traceFacts } from '../authority/index.ts'
import type { TraceQuestion } from '../contract/index.ts'
import type { DepartmentId, LedgerSequence, PatientId, PersonId } from '../kernel/index.ts'
import type { EntryKind, Receipt, Trace, TraceRow } from '../ledger/index.ts'
import type { FhirResource } from '../records/index.ts'
import type { AccessDesk } from './desk.ts'
import { maskIdentity } from './mask-identity.ts'
import { nameOf } from './patient-row.ts'
import { namesOfPatients } from './patients-named.ts'
import { draftOf } from './trace-drafts.ts'
import type { UseContext } from './use.ts'

export interface TraceUse extends UseContext {
  readonly question: TraceQuestion
  /** Beside the question's own kind: any of these. */
  readonly kinds?: readonly EntryKind[]
}

export type ReadTrace =
  | {
      readonly outcome: 'read'
      readonly rows: readonly TraceRow[]
      readonly nextBefore?: LedgerSequence
      /** Masked, for the patients of this page. */
      readonly patientNames: ReadonlyMap<PatientId, string>
      readonly receipt: Receipt
    }
  | { readonly outcome: 'refused'; readonly decision: Denied; readonly receipt: Receipt }

/**
 * Entries of the ledger are read: decide → record the reading → ask. Who asked what stands in the ledger before the
 * answer is given; whose trace it is decides who may ask (notice 一(二), 二(一), 二(二)).
 */
export async function readTrace(use: TraceUse, desk: AccessDesk, trace: Trace): Promise<ReadTrace> {
  const { question } = use
  const purpose = use.purpose && { purpose: use.purpose }
  const at = desk.clock.now()
  const decision = await desk.authority.decide({
    caller: use.caller,
    action: 'read-trace',
    record: factsOfQuestion(question),
    ...purpose,
    at,
  })
  const { before: _, count: __, ...terms } = question
  const draft = {
    ...draftOf('trace-reading', 'read-trace', use, decision),
    ...(question.patient && { patient: question.patient as PatientId }),
    detail: { terms, ...(question.before !== undefined && { page: true }) },
  }
  if (decision.effect === 'deny') {
    const [receipt] = await desk.ledger.record([{ ...draft, kind: 'refusal' }])
    return { outcome: 'refused', decision, receipt: receipt! }
  }
  const permit = await desk.ledger.recordPermit(draft, {
    kind: 'search',
    types: ['Patient'],
    person: use.caller.person,
  })
  const page = await trace.askTrace(question, {
    before: question.before,
    count: question.count,
    ...(use.kinds && { kinds: use.kinds }),
  })

  const patients = [...new Set(page.rows.flatMap((row) => row.entry.patient ?? []))]
  const patientNames = new Map(
    (await namesOfPatients(desk, permit, patients)).map(([id, content]) => [
      id,
      nameOf(maskIdentity(JSON.parse(content) as FhirResource)),
    ]),
  )
  return {
    outcome: 'read',
    rows: page.rows,
    ...(page.nextBefore !== undefined && { nextBefore: page.nextBefore }),
    patientNames,
    receipt: permit.receipt,
  }
}

function factsOfQuestion({ person, patient, department }: TraceQuestion) {
  return traceFacts({
    ...(person && { person: person as PersonId }),
    ...(patient && { patient: patient as PatientId }),
    ...(department && { department: department as DepartmentId }),
  })
}
