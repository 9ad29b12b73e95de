import type { ReleasedRecord, RequestedChange, WrittenRecord } from '../../access/index.ts'
import type { Receipt } from '../../ledger/index.ts'
import { remark, tellFailure, tellRefusal } from '../errors/index.ts'
import { type Answer, etagOf, headersOf, receiptHeader, toldAnswer, writtenWords } from './answer.ts'
import { FhirFault } from './errors.ts'
import type { Surroundings } from './interaction-call.ts'
import type { Preference } from './preference.ts'

/** Sends one change through the door and tells how it ended. */
export async function write(change: RequestedChange, preference: Preference, around: Surroundings): Promise<Answer> {
  const written = await around.door.write({ ...around.use, change })
  return answerWritten(written, change, preference, around)
}

/** The HTTP side of a change that has run, alone or in a transaction. */
export function answerWritten(
  written: WrittenRecord,
  change: RequestedChange,
  preference: Preference,
  around: Surroundings,
): Answer {
  const { language, use } = around
  switch (written.outcome) {
    case 'written':
      return answerVersion(written.record, written.receipt, written.created ? 'created' : 'updated', preference, around)
    case 'matched':
      return answerVersion(written.record, written.receipt, 'matched', preference, around)
    case 'deleted':
      return {
        ...answerDeleted(written.receipt, preference, around),
        headers: { ETag: etagOf(written.version), ...receiptHeader(written.receipt) },
      }
    case 'refused':
      return toldAnswer(tellRefusal(written.decision, written.receipt), language, use.requestId, written.receipt)
    case 'several-matches':
      return failed(new FhirFault('several-matches'), written.receipt, around)
    case 'version-conflict':
      return failed(conflict(written.currentVersion), written.receipt, around)
    case 'not-found':
    case 'gone':
      // FHIR R4 http.html#delete: deleting what is not there succeeds without effect.
      if (change.kind === 'delete') return answerDeleted(written.receipt, preference, around)
      return failed(
        new FhirFault(written.outcome === 'gone' ? 'record-gone' : 'record-not-found'),
        written.receipt,
        around,
      )
  }
}

function answerVersion(
  record: ReleasedRecord,
  receipt: Receipt,
  what: 'created' | 'updated' | 'matched',
  preference: Preference,
  around: Surroundings,
): Answer {
  const address = `${around.base}/${record.type}/${record.id}`
  const location = `${address}/_history/${record.version}`
  return {
    status: what === 'created' ? 201 : 200,
    headers: {
      ...headersOf(record, receipt),
      ...(what === 'created' ? { Location: location } : { 'Content-Location': location }),
    },
    ...bodyOf(record.content, what, preference, around),
    receipt,
    lastUpdated: record.lastUpdated,
  }
}

function bodyOf(
  content: string,
  what: keyof typeof writtenWords,
  preference: Preference,
  around: Surroundings,
): Pick<Answer, 'body' | 'bodyIsOutcome'> {
  if (preference.return === 'minimal') return {}
  if (preference.return === 'representation') return { body: content }
  const outcome = remark('information', 'informational', what, writtenWords[what], around.language)
  return { body: JSON.stringify(outcome), bodyIsOutcome: true }
}

function answerDeleted(receipt: Receipt, preference: Preference, around: Surroundings): Answer {
  if (preference.return !== 'OperationOutcome') return { status: 204, headers: receiptHeader(receipt), receipt }
  const outcome = remark('information', 'informational', 'deleted', writtenWords.deleted, around.language)
  return {
    status: 200,
    headers: receiptHeader(receipt),
    body: JSON.stringify(outcome),
    bodyIsOutcome: true,
    receipt,
  }
}

function conflict(currentVersion: number): FhirFault {
  return new FhirFault('version-conflict', [
    {
      field: 'If-Match',
      rule: 'current-version',
      words: { zh: `当前版本为 ${currentVersion}。`, en: `The current version is ${currentVersion}.` },
    },
  ])
}

function failed(fault: FhirFault, receipt: Receipt, around: Surroundings): Answer {
  return toldAnswer(
    { ...tellFailure(fault), receipt: receipt.sequence },
    around.language,
    around.use.requestId,
    receipt,
  )
}
