import assert from 'node:assert/strict'
import { test } from 'node:test'
import { auditEventOf } from './audit-event-of.ts'
import { type AuditMessageDialect, auditMessageOf } from './audit-message.ts'
import { readDicomEvent } from './read-dicom-event.ts'
import { sampleEntries } from './test-entries.ts'
import { childrenOf, readXml } from './xml-tree.ts'

const context = {
  sequence: 12,
  leafHash: 'aa'.repeat(32),
  origin: 'emr.hospital.example/ledger',
  publicUrl: 'https://emr.hospital.example',
}
const dialects: readonly AuditMessageDialect[] = ['dicom', 'rfc3881']

for (const dialect of dialects) {
  for (const { name, entry, followed } of sampleEntries) {
    test(`${name} goes out as ${dialect} and is read again as what it was`, () => {
      const event = auditEventOf(entry, { ...context, ...(followed && { followed }) })
      const read = readDicomEvent(auditMessageOf(event, dialect))
      assert.equal(read.outcome, 'read')
      if (read.outcome !== 'read') return
      assert.deepEqual(read.event.type, {
        system:
          event.type.system === 'http://dicom.nema.org/resources/ontology/DCM'
            ? event.type.system
            : read.event.type.system,
        code: event.type.code,
      })
      assert.equal(read.event.action, event.action)
      assert.equal(String(read.event.outcome), event.outcome)
      assert.equal(read.event.person?.id, entry.actor?.person)
      assert.deepEqual(read.event.patients, entry.patient === undefined ? [] : [entry.patient])
    })
  }
}

test('each dialect names its codes as its standard does', () => {
  const event = auditEventOf(sampleEntries[0]!.entry, context)
  const eventId = (dialect: AuditMessageDialect) => {
    const root = readXml(auditMessageOf(event, dialect))
    assert.ok(typeof root === 'object')
    return childrenOf(childrenOf(root, 'EventIdentification')[0]!, 'EventID')[0]!.attributes
  }
  assert.deepEqual(eventId('dicom'), { 'csd-code': '110113', codeSystemName: 'DCM', originalText: 'Security Alert' })
  assert.deepEqual(eventId('rfc3881'), { code: '110113', codeSystemName: 'DCM', displayName: 'Security Alert' })
})

test('hostile text stays text', () => {
  const [sample] = sampleEntries
  const actor = { ...sample!.entry.actor, name: `"/><Evil a='&quot;'>\u0001\n` }
  const event = auditEventOf({ ...sample!.entry, actor }, context)
  const root = readXml(auditMessageOf(event, 'dicom'))
  assert.ok(typeof root === 'object')
  const named = childrenOf(root, 'ActiveParticipant').find((one) => one.attributes.UserName !== undefined)
  assert.equal(named?.attributes.UserName, `"/><Evil a='&quot;'>\ufffd\n`)
})

const message = (changes: Readonly<Record<string, string>> = {}): string => {
  const parts = {
    attributes: 'EventActionCode="R" EventDateTime="2026-03-01T08:00:00.000+08:00" EventOutcomeIndicator="0"',
    id: '<EventID csd-code="110103" codeSystemName="DCM" originalText="DICOM Instances Accessed"/>',
    participants:
      '<ActiveParticipant UserID="STATION-1" UserIsRequestor="false" NetworkAccessPointID="10.0.0.7" NetworkAccessPointTypeCode="2"><RoleIDCode csd-code="110152" codeSystemName="DCM" originalText="Destination"/></ActiveParticipant>' +
      '<ActiveParticipant UserID="wu" UserName="吴医生" UserIsRequestor="true"/>',
    source: '<AuditSourceIdentification AuditEnterpriseSiteID="仁民医院" AuditSourceID="pacs-1"/>',
    objects:
      '<ParticipantObjectIdentification ParticipantObjectID="4711^^^&amp;1.2.156.1&amp;ISO" ParticipantObjectTypeCode="1" ParticipantObjectTypeCodeRole="1"><ParticipantObjectIDTypeCode csd-code="2" codeSystemName="RFC-3881" originalText="Patient Number"/><ParticipantObjectName>王芳</ParticipantObjectName></ParticipantObjectIdentification>' +
      '<ParticipantObjectIdentification ParticipantObjectID="1.2.840.1.9" ParticipantObjectTypeCode="2" ParticipantObjectTypeCodeRole="3"><ParticipantObjectIDTypeCode csd-code="110180" codeSystemName="DCM" originalText="Study Instance UID"/></ParticipantObjectIdentification>',
    ...changes,
  }
  return `<?xml version="1.0" encoding="UTF-8"?><AuditMessage><EventIdentification ${parts.attributes}>${parts.id}</EventIdentification>${parts.participants}${parts.source}${parts.objects}</AuditMessage>`
}

test('a message of a PACS is read: who, whom, what, whence; and no name of a patient', () => {
  const read = readDicomEvent(`\ufeff${message()}`)
  assert.equal(read.outcome, 'read')
  if (read.outcome !== 'read') return
  assert.deepEqual(read.event.person, { id: 'wu', name: '吴医生' })
  assert.equal(read.event.address, '10.0.0.7')
  assert.deepEqual(read.event.patients, ['4711'])
  assert.deepEqual(read.event.records, [{ type: 'ImagingStudy', id: '1.2.840.1.9' }])
  assert.equal(read.event.site, '仁民医院')
  assert.ok(!JSON.stringify(read).includes('王芳'))
})

const refused: readonly (readonly [name: string, text: string, field: string, rule: string])[] = [
  ['what is no XML', 'hello', 'AuditMessage', 'xml'],
  ['an unclosed element', message().slice(0, -3), 'AuditMessage', 'xml'],
  ['a document type', `<!DOCTYPE a [<!ENTITY x "y">]>${message()}`, 'AuditMessage', 'doctype'],
  ['an external entity', `<!DOCTYPE AuditMessage SYSTEM "file:///etc/passwd">${message()}`, 'AuditMessage', 'doctype'],
  ['an entity nobody declared', message({ objects: '<a>&x;</a>' }), 'AuditMessage', 'xml'],
  ['depth without end', `${'<a>'.repeat(100)}`, 'AuditMessage', 'too-deep'],
  ['elements without end', `<a>${'<b/>'.repeat(20_000)}</a>`, 'AuditMessage', 'too-many-elements'],
  ['another document', '<Other/>', 'AuditMessage', 'root-element'],
  ['no code', message({ id: '' }), 'AuditMessage.EventIdentification.EventID', 'required'],
  [
    'no time',
    message({ attributes: 'EventOutcomeIndicator="0"' }),
    'AuditMessage.EventIdentification.EventDateTime',
    'required',
  ],
  [
    'an outcome of its own',
    message({ attributes: 'EventDateTime="2026-03-01T08:00:00Z" EventOutcomeIndicator="7"' }),
    'AuditMessage.EventIdentification.EventOutcomeIndicator',
    'one-of',
  ],
  ['nobody', message({ participants: '' }), 'AuditMessage.ActiveParticipant', 'required'],
  ['no source', message({ source: '' }), 'AuditMessage.AuditSourceIdentification', 'required'],
  [
    'a time without a zone',
    message({ attributes: 'EventDateTime="2026-03-01T08:00:00" EventOutcomeIndicator="0"' }),
    'occurred',
    'date-time',
  ],
]
for (const [name, text, field, rule] of refused) {
  test(`${name} is refused: ${rule}`, () => {
    const read = readDicomEvent(text)
    assert.equal(read.outcome, 'refused')
    assert.deepEqual(read.outcome === 'refused' && [read.issues[0]?.field, read.issues[0]?.rule], [field, rule])
  })
}
