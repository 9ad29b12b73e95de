import type { ApplicationId, AuthorityEpoch, LedgerSequence, PatientId, PersonId } from '../kernel/index.ts'
import type { Entry, EntryDraft } from '../ledger/index.ts'

/** For tests only: entries as the rooms above write them, with what they follow. */
export interface SampleEntry {
  readonly name: string
  readonly entry: Entry
  readonly followed?: Entry
  /** The last word of the BALP profile this must keep. */
  readonly profile?: string
}

const patient = 'p-1001' as PatientId
const record = { type: 'Observation', id: 'obs-7', version: 3 }
const actor = {
  person: 'zhang-wei' as PersonId,
  roles: ['attending'],
  departments: ['cardiology'],
  application: 'ward-tablet' as ApplicationId,
  session: 'f3c1',
  assurance: 2,
  methods: ['pwd', 'otp'],
}
const decision = {
  effect: 'permit',
  policies: ['care-relation'],
  bundle: 'ab'.repeat(32),
  epoch: 4 as AuthorityEpoch,
} as const
const asked = {
  actor,
  terminal: { address: '10.1.2.3', device: 'tablet-9' },
  channel: 'fhir',
  purpose: 'TREAT',
  decision,
  outcome: 0,
  requestId: '76d148b6-586d-11ec-bf63-0242ac130002',
} as const
const after = {
  follows: 11 as LedgerSequence,
  actor: { person: actor.person, departments: ['cardiology'] },
  outcome: 0,
} as const

let made = 0
export function entryOf(draft: EntryDraft): Entry {
  made += 1
  return {
    ...draft,
    v: 1,
    id: `01890a5d-ac96-774b-bcce-${made.toString(16).padStart(12, '0')}`,
    recorded: '2026-03-01T08:00:00.000Z',
    nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
  }
}

const terms = [{ name: 'code', values: ['http://loinc.org|8480-6'] }]
const opening = entryOf({ ...asked, kind: 'permit', action: 'view', patient, record })
const searching = entryOf({ ...asked, kind: 'search', action: 'list', detail: { types: ['Observation'], terms } })
const history = entryOf({
  ...asked,
  kind: 'permit',
  action: 'view',
  record: { type: 'Patient', id: patient },
  detail: { history: true },
})
const writing = (action: 'create' | 'update' | 'delete') =>
  entryOf({ ...asked, kind: 'permit', action, patient, record })
const written = (action: 'create' | 'update' | 'delete'): EntryDraft => ({
  ...after,
  kind: 'write',
  action,
  patient,
  record,
  purpose: 'TREAT',
})

export const sampleEntries: readonly SampleEntry[] = [
  { name: 'a permit', entry: opening },
  {
    name: 'a refusal',
    entry: entryOf({
      ...asked,
      kind: 'refusal',
      action: 'view',
      patient,
      record,
      outcome: 8,
      decision: { ...decision, effect: 'deny', code: 'no-care-relation' },
    }),
  },
  {
    name: 'a change refused',
    entry: entryOf({
      ...asked,
      kind: 'refusal',
      action: 'administer',
      outcome: 4,
      detail: { change: 'post-assigned', refused: 'overlap' },
    }),
  },
  {
    name: 'a record released',
    entry: entryOf({ ...after, kind: 'release', action: 'view', patient, record, digest: 'cd'.repeat(32) }),
    followed: opening,
    profile: 'PatientRead',
  },
  {
    name: 'a release without its permit',
    entry: entryOf({ ...after, kind: 'release', action: 'view', patient, record }),
  },
  {
    name: 'a release of no patient',
    entry: entryOf({ ...after, kind: 'release', action: 'view', record: { type: 'Organization', id: 'org' } }),
    followed: entryOf({ ...asked, kind: 'permit', action: 'view', record: { type: 'Organization', id: 'org' } }),
    profile: 'Read',
  },
  {
    name: 'versions released',
    entry: entryOf({ ...after, kind: 'release', action: 'view', detail: { versions: [2, 1] } }),
    followed: history,
  },
  { name: 'a search', entry: searching, profile: 'Query' },
  {
    name: 'a search of one patient',
    entry: entryOf({ ...asked, kind: 'search', action: 'list', patient, detail: { types: ['Observation'], terms } }),
    profile: 'PatientQuery',
  },
  {
    name: 'what a search released',
    entry: entryOf({ ...after, kind: 'release', action: 'list', detail: { rows: 2 } }),
    followed: searching,
    profile: 'Query',
  },
  {
    name: 'a patient shown',
    entry: entryOf({
      ...after,
      kind: 'exposure',
      action: 'list',
      patient,
      terminal: asked.terminal,
      detail: { records: ['Observation/obs-7'] },
    }),
    followed: searching,
    profile: 'PatientQuery',
  },
  {
    name: 'nothing found',
    entry: entryOf({ ...asked, kind: 'withheld', action: 'view', record, outcome: 4, detail: { found: 'nothing' } }),
  },
  { name: 'a create', entry: entryOf(written('create')), followed: writing('create'), profile: 'PatientCreate' },
  { name: 'an update', entry: entryOf(written('update')), followed: writing('update'), profile: 'PatientUpdate' },
  { name: 'a delete', entry: entryOf(written('delete')), followed: writing('delete'), profile: 'PatientDelete' },
  {
    name: 'a warning passed',
    entry: entryOf({
      ...asked,
      kind: 'reminder',
      action: 'view',
      patient,
      reason: { code: 'emergency', text: '急诊会诊' },
      detail: { choice: 'proceed' },
    }),
  },
  {
    name: 'a warning heeded',
    entry: entryOf({ ...asked, kind: 'reminder', action: 'view', patient, detail: { choice: 'turn-back' } }),
  },
  {
    name: 'a sign-in',
    entry: entryOf({ kind: 'sign-in', actor, terminal: asked.terminal, channel: 'console', outcome: 0 }),
  },
  {
    name: 'a failed sign-in of nobody',
    entry: entryOf({ kind: 'sign-in-failed', terminal: asked.terminal, channel: 'console', outcome: 4, actor: {} }),
  },
  {
    name: 'a sign-out',
    entry: entryOf({ kind: 'sign-out', actor, terminal: asked.terminal, channel: 'console', outcome: 0 }),
  },
  {
    name: 'a step-up',
    entry: entryOf({ kind: 'step-up', actor, terminal: asked.terminal, channel: 'console', outcome: 0 }),
  },
  {
    name: 'a reading of the trace',
    entry: entryOf({ ...asked, kind: 'trace-reading', action: 'read-trace', patient, detail: { terms: { patient } } }),
  },
  {
    name: 'rights changed',
    entry: entryOf({
      kind: 'authority-change',
      action: 'administer',
      outcome: 0,
      actor,
      record: { type: 'Practitioner', id: 'li-na' },
      detail: { change: 'post-assigned', department: 'cardiology' },
    }),
  },
  {
    name: 'a person stopped',
    entry: entryOf({
      kind: 'authority-change',
      action: 'administer',
      outcome: 0,
      detail: { change: 'person-stopped' },
    }),
  },
  {
    name: 'a setting changed',
    entry: entryOf({ kind: 'configuration-change', outcome: 0, actor, detail: { setting: 'declared-hours' } }),
  },
  {
    name: 'an import',
    entry: entryOf({
      kind: 'import',
      channel: 'cli',
      outcome: 0,
      actor: { person: 'os-user-系统' as PersonId },
      detail: { event: 'file', resources: 7 },
    }),
  },
  {
    name: 'an export about a patient',
    entry: entryOf({
      ...asked,
      kind: 'export',
      action: 'export',
      patient,
      record: { type: 'DocumentReference', id: 'd-1' },
    }),
    profile: 'PrivacyDisclosure.Source',
  },
  { name: 'an export', entry: entryOf({ ...asked, kind: 'export', action: 'export', detail: { entries: 12 } }) },
  { name: 'a start', entry: entryOf({ kind: 'system', outcome: 0, detail: { event: 'start', version: '0.1.0' } }) },
  { name: 'a stop', entry: entryOf({ kind: 'system', outcome: 0, detail: { event: 'stop' } }) },
  {
    name: 'an alarm',
    entry: entryOf({ kind: 'system', outcome: 8, detail: { event: 'unacknowledged', sequences: [4] } }),
  },
  { name: 'an anchor', entry: entryOf({ kind: 'anchor', outcome: 0, detail: { logs: [] } }) },
  { name: 'a gap', entry: entryOf({ kind: 'gap', outcome: 8, detail: { event: 'gap' } }) },
  { name: 'a spool joined', entry: entryOf({ kind: 'spool-joined', outcome: 0, detail: { entries: 3 } }) },
  {
    name: 'an event of another system',
    entry: entryOf({
      kind: 'foreign',
      outcome: 0,
      action: 'view',
      actor: { person: 'pacs:dr.wu' as PersonId, name: 'Wu' },
      terminal: { address: 'ws-7' },
      patient: 'pacs:4711' as PatientId,
      digest: 'ef'.repeat(32),
      detail: {
        source: 'pacs',
        sourceName: '影像归档',
        format: 'dicom',
        transport: 'tls',
        eventId: 'sha256:00',
        occurred: '2026-03-01T07:59:00Z',
        event: {
          type: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: '110103' },
          subtypes: [],
          action: 'R',
        },
      },
    }),
  },
  {
    name: 'an event of another system by nobody',
    entry: entryOf({
      kind: 'foreign',
      outcome: 0,
      detail: { source: 'old', format: 'csv', transport: 'file', eventId: '1' },
    }),
  },
]
