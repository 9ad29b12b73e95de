import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../kernel/index.ts'
import type { Ledger, RecordedPermit } from '../ledger/index.ts'
import { RecordsFailure } from './errors.ts'
import type { FhirResource, StoredRecord } from './fhir.ts'
import type { RecordChange, RecordStore, WriteOutcome } from './record-store.ts'
import { openUpstreamClient, type UpstreamAnswer, type UpstreamSettings } from './upstream-client.ts'
import { UpstreamFailure } from './upstream-errors.ts'
import { openUpstreamFacts, recordOfResource, versionOf } from './upstream-facts.ts'
import { historyUpstream } from './upstream-history.ts'
import { searchUpstream } from './upstream-search.ts'

export interface UpstreamStoreOptions extends UpstreamSettings {
  readonly ledger: Ledger
  readonly clock: Clock
  /** Seals page marks; processes that share it can serve each other's pages. Default: random, good until a restart. */
  readonly cursorSecret?: string
  /** How long facts about a record are believed without asking again. */
  readonly keepFactsMs?: number
  readonly keptFacts?: number
}

/**
 * An existing FHIR R4 server as the record store. It has no labels: to be decided about, a record is fetched and
 * classified, and its content dropped; what leaves this room is fetched again under the recorded permit, and only if
 * it is still the version that was decided on. Trusted for: keeping records. Not for: deciding, tracing, or answering
 * only what was asked.
 */
export function openUpstreamStore(options: UpstreamStoreOptions): RecordStore & { close(): Promise<void> } {
  const client = openUpstreamClient(options)
  const facts = openUpstreamFacts({
    client,
    currentEpoch: () => options.ledger.currentEpoch(),
    clock: options.clock,
    capacity: options.keptFacts ?? 20_000,
    keepMs: options.keepFactsMs ?? 5_000,
  })
  const parts = { client, facts, cursorSecret: options.cursorSecret ?? randomBytes(32).toString('base64url') }

  const fetchOne = async (
    type: string,
    id: string,
    version?: number,
  ): Promise<FhirResource | 'deleted' | undefined> => {
    const answer = await client.ask({ method: 'GET', path: pathOf(type, id, version) })
    if (answer.status === 410) return 'deleted'
    if (answer.status !== 200) return undefined
    return theOneAsked(answer.resource, type, id)
  }

  const describe: RecordStore['describe'] = async (type, id, version) => {
    const kept = version === undefined ? facts.kept(type, id) : undefined
    if (kept) return kept
    const found = await fetchOne(type, id, version)
    if (found === undefined || found === 'deleted') return found
    const known = await facts.of(found)
    if (version === undefined) facts.keep(known)
    return known
  }

  return {
    kind: 'upstream',
    describe,

    async read(permit, which = 'current') {
      const { type, id, version } = recordOf(permit)
      const found = await fetchOne(type, id, which === 'version' ? version : undefined)
      if (found === undefined || found === 'deleted') {
        facts.forget(type, id)
        return undefined
      }
      if (version !== undefined && versionOf(found) !== version) {
        facts.forget(type, id)
        return 'changed'
      }
      return recordOfResource(found)
    },

    history(permit, page, admit) {
      requireType(permit, page.type)
      return historyUpstream(page, admit, parts)
    },

    search(permit, plan, verify) {
      for (const type of plan.query.types) requireType(permit, type)
      return searchUpstream(plan, verify, parts)
    },

    async write(permit, change) {
      const { type, id } = recordOf(permit)
      facts.forget(type, id)
      const written = await writeUpstream(type, id, change)
      facts.forget(type, id)
      if (!('record' in written)) return written
      const sequence = await recordWrite(permit, change, written.record)
      return { outcome: 'written', ...written, sequence }
    },

    close: () => client.close(),
  }

  type Kept = { readonly record: StoredRecord; readonly created: boolean }

  async function writeUpstream(type: string, id: string, change: RecordChange): Promise<Kept | Refused> {
    const before = await fetchOne(type, id)
    const current = before === undefined || before === 'deleted' ? undefined : before
    const ifMatch = change.kind === 'create' ? undefined : change.ifMatch
    if (ifMatch !== undefined && (current === undefined || versionOf(current) !== ifMatch)) {
      return current === undefined ? absent(before) : conflict(current)
    }
    if (change.kind === 'create' && current) return conflict(current)
    // Only what was decided on may be replaced: the tag the upstream itself gave closes the gap since then.
    const guard = current ? { ifMatch: tagOf(current) } : {}
    if (change.kind === 'delete') {
      if (!current) return absent(before)
      const answer = await client.ask({ method: 'DELETE', path: pathOf(type, id), ...guard })
      if (answer.status === 409 || answer.status === 412) return conflictNow(type, id)
      return { record: deletedRecord(current, answer, options.clock), created: false }
    }
    const body = { ...change.resource, id }
    const answer = await client.ask({ method: 'PUT', path: pathOf(type, id), body, ...guard })
    if (answer.status === 409 || answer.status === 412) return conflictNow(type, id)
    if (answer.status >= 400) throw new UpstreamFailure('upstream-refused', `the upstream answered ${answer.status}`)
    const kept = answer.resource?.resourceType === type ? answer.resource : await fetchOne(type, id)
    return { record: recordOfResource(theOneAsked(kept, type, id)), created: current === undefined }
  }

  async function conflictNow(type: string, id: string): Promise<Refused> {
    const now = await fetchOne(type, id)
    return now === undefined || now === 'deleted' ? absent(now) : conflict(now)
  }

  /** The write happened at the upstream; the permit before it and this entry after it say who did it. */
  async function recordWrite(permit: RecordedPermit, change: RecordChange, record: StoredRecord) {
    const { patient } = permit.scope.kind === 'record' ? permit.scope : { patient: undefined }
    const [receipt] = await options.ledger.record([
      {
        actor: { person: change.author },
        ...change.trace,
        kind: 'write',
        action: change.kind,
        ...(patient && { patient }),
        record: { type: record.type, id: record.id, version: record.version },
        follows: permit.receipt.sequence,
        digest: createHash('sha256').update(record.content).digest('hex'),
        outcome: 0,
        detail: { store: 'upstream' },
      },
    ])
    return receipt!.sequence
  }
}

type Refused = Exclude<WriteOutcome, { outcome: 'written' }>

const conflict = (current: FhirResource): Refused => ({
  outcome: 'version-conflict',
  currentVersion: versionOf(current),
})
const absent = (before: unknown): Refused => ({ outcome: before === 'deleted' ? 'gone' : 'not-found' })

/** Encoded although the path was checked: this room does not lean on the manners of its callers. */
function pathOf(type: string, id: string, version?: number): string {
  const record = `${encodeURIComponent(type)}/${encodeURIComponent(id)}`
  return version === undefined ? record : `${record}/_history/${version}`
}

/** @throws {UpstreamFailure} when the upstream answers with another record than was asked for. */
function theOneAsked(found: FhirResource | 'deleted' | undefined, type: string, id: string): FhirResource {
  if (typeof found === 'object' && found.resourceType === type && found.id === id) return found
  throw new UpstreamFailure('upstream-nonsense', 'the upstream answered with another record')
}

function tagOf(resource: FhirResource): string {
  return `W/"${resource.meta?.versionId ?? ''}"`
}

function deletedRecord(before: FhirResource, answer: UpstreamAnswer, clock: Clock): StoredRecord {
  const stated = /(\d{1,9})"?$/.exec(answer.etag ?? '')?.[1]
  return {
    type: before.resourceType,
    id: before.id!,
    version: stated === undefined ? versionOf(before) + 1 : Number(stated),
    lastUpdated: new Date(clock.now()).toISOString(),
    content: '',
    deleted: true,
    hasLabelledParts: false,
  }
}

function recordOf(permit: RecordedPermit) {
  if (permit.scope.kind === 'record') return permit.scope.record
  throw new RecordsFailure('permit-mismatch', 'a search permit opens no single record')
}

function requireType(permit: RecordedPermit, type: string): void {
  const { scope } = permit
  const types = scope.kind === 'search' ? scope.types : [scope.record.type]
  if (!types.includes(type)) throw new RecordsFailure('permit-mismatch', `the permit does not cover ${type}`)
}
