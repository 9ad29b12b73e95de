import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import { receiptName } from '../../ledger/index.ts'
import type { Answer } from './answer.ts'
import { type ReceivedBundle, readEntry } from './bundle-entry.ts'
import { type BundleEntryText, writeBundle } from './bundle-text.ts'
import { isObject } from './incoming-resource.ts'
import type { InteractionCall, Surroundings } from './interaction-call.ts'
import type { JsonValue } from './json-text.ts'
import { perform, performAlone } from './perform.ts'

/** Uses of a batch in flight at one time; their ledger entries share commits. */
const atOnce = 8

/**
 * Each entry is a use of its own, decided and traced alone, with its own outcome (FHIR R4 http.html#brules). Entries
 * run side by side where they only read; a change waits for everything before it, so that order is kept.
 */
export async function performBatch(
  bundle: ReceivedBundle,
  call: InteractionCall,
  around: Surroundings,
): Promise<Answer> {
  const { preference } = call
  const answers: Answer[] = []
  const performEntry = (entry: JsonValue, index: number) =>
    performAlone(
      async () => perform(readEntry(entry, index, { base: around.base, types: around.types, preference }).call, around),
      around,
    )
  for (let at = 0; at < bundle.entries.length && !around.callerIsGone(); ) {
    const together = readsFrom(bundle.entries, at)
    answers.push(...(await Promise.all(together.map((entry, offset) => performEntry(entry, at + offset)))))
    at += together.length
  }
  return {
    status: 200,
    headers: {},
    body: writeBundle({
      type: 'batch-response',
      id: randomUUID(),
      timestamp: new Date(around.clock.now()).toISOString(),
      links: [],
      entries: answers.map(responseEntry),
    }),
    receipts: answers.flatMap((answer) => answer.receipt ?? []),
  }
}

/** The next entries that may run side by side: some reads, or one change. */
function readsFrom(entries: readonly JsonValue[], at: number): readonly JsonValue[] {
  const end = entries.slice(at, at + atOnce).findIndex((entry) => !onlyReads(entry))
  return entries.slice(at, end < 0 ? at + atOnce : at + Math.max(end, 1))
}

function onlyReads(entry: JsonValue): boolean {
  return isObject(entry) && isObject(entry.request) && entry.request.method === 'GET'
}

/** An answer as an entry of a batch or transaction response, its receipt in an extension. */
export function responseEntry(answer: Answer): BundleEntryText {
  const location = answer.headers.Location ?? answer.headers['Content-Location']
  const isResource = answer.body !== undefined && !answer.bodyIsOutcome
  return {
    ...(isResource && { resource: answer.body! }),
    response: {
      status: `${answer.status} ${STATUS_CODES[answer.status] ?? ''}`.trim(),
      ...(location !== undefined && { location }),
      ...(answer.headers.ETag !== undefined && { etag: answer.headers.ETag }),
      ...(answer.lastUpdated !== undefined && { lastModified: answer.lastUpdated }),
      ...(answer.bodyIsOutcome && answer.body !== undefined && { outcome: answer.body }),
      ...(answer.receipt && { receipt: receiptName(answer.receipt) }),
    },
  }
}
