import type { AbsentRecord, RefusedUse, ReleasedRecord } from '../../access/index.ts'
import type { Receipt } from '../../ledger/index.ts'
import { tellFailure, tellRefusal } from '../errors/index.ts'
import { type Answer, headersOf, toldAnswer } from './answer.ts'
import { FhirFault } from './errors.ts'
import type { InteractionCall, Surroundings } from './interaction-call.ts'
import { isNotModified } from './preference.ts'
import { refuseUnknown } from './search-text.ts'
import { readSubset, subsetOf } from './subset.ts'

/** read and vread. A 304 is a use like any other: that the caller's copy is current is an answer about the record. */
export async function readRecord(
  record: { readonly type: string; readonly id: string; readonly version?: number },
  call: InteractionCall,
  around: Surroundings,
): Promise<Answer> {
  refuseUnknown(call.query, ['_summary', '_elements'], call.preference)
  const subset = readSubset(call.query)
  const opened = await around.door.open({ ...around.use, ...record })
  if (opened.outcome !== 'released') return answerClosed(opened, around)
  return answerOpened(opened.record, opened.receipt, call, subset)
}

function answerOpened(
  record: ReleasedRecord,
  receipt: Receipt,
  call: InteractionCall,
  subset: ReturnType<typeof readSubset>,
): Answer {
  const headers = headersOf(record, receipt)
  if (isNotModified(call.conditions, record)) return { status: 304, headers, receipt }
  const body = subsetOf(record.content, subset)
  return { status: 200, headers, body, receipt, lastUpdated: record.lastUpdated }
}

/** What is told when nothing was released: a refusal with its reason, or that nothing is there. */
export function answerClosed(closed: RefusedUse | AbsentRecord, around: Surroundings): Answer {
  const { language, use } = around
  const told =
    closed.outcome === 'refused'
      ? tellRefusal(closed.decision, closed.receipt)
      : {
          ...tellFailure(new FhirFault(closed.outcome === 'gone' ? 'record-gone' : 'record-not-found')),
          ...(closed.receipt.spool === undefined && { receipt: closed.receipt.sequence }),
        }
  return toldAnswer(told, language, use.requestId, closed.receipt)
}
