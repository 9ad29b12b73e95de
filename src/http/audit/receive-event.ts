import type { Received } from '../../audit/index.ts'
import { readFhirEvent } from '../../audit/index.ts'
import { canonicalJson } from '../../crypto/index.ts'
import type { Receipt } from '../../ledger/index.ts'
import { tellFailure } from '../errors/index.ts'
import { type Answer, etagOf, receiptHeader, toldAnswer, writtenWords } from '../fhir/answer.ts'
import { FhirFault, fault } from '../fhir/errors.ts'
import { readResource } from '../fhir/incoming-resource.ts'
import type { InteractionCall, Surroundings } from '../fhir/interaction-call.ts'
import type { AuditDoor } from './audit-door.ts'

/** SMART v2 or v1: create, for AuditEvent or for everything. */
const mayCreate = /^(user|system)\/(AuditEvent|\*)\.(c\S*|write|\*)$/

/**
 * Another system's event comes in: only from an application that holds the scope and stands among the sources. What is
 * refused leaves a trace before the answer says so.
 */
export async function receiveEvent(call: InteractionCall, around: Surroundings, door: AuditDoor): Promise<Answer> {
  const { caller, requestId } = around.use
  const source = caller.application === undefined ? undefined : door.intake.sourceOfApplication(caller.application)
  const holdsScope = (caller.scopes ?? []).some((scope) => mayCreate.test(scope))
  if (!source || !holdsScope) {
    const rule = source ? 'scope' : 'source-unknown'
    const receipt = await door.intake.refuse({
      ...(source && { source: source.id }),
      address: caller.terminal.address,
      format: 'fhir',
      transport: 'http',
      issues: [{ field: 'source', rule, zh: '', en: '' }],
    })
    return answerRefused(rule, receipt, around)
  }

  const resource = readResource(call.body, { type: 'AuditEvent' })
  const message = { source, format: 'fhir', transport: 'http', address: caller.terminal.address, requestId } as const
  try {
    await around.validate(resource)
  } catch (error) {
    if (!(error instanceof FhirFault)) throw error
    const issues = error.details.map(({ field = 'AuditEvent', rule }) => ({ field, rule, zh: '', en: '' }))
    await door.intake.refuse({ ...message, source: source.id, issues })
    throw error
  }
  // Bytes of a bundle's entry are not the sender's own: the canonical form (RFC 8785) has a digest both sides can make.
  const original = canonicalJson(resource)
  const [received] = await door.intake.receive([{ ...message, original, read: readFhirEvent(resource) }])
  return answerReceived(received!, call, around)
}

function answerReceived(received: Received, call: InteractionCall, around: Surroundings): Answer {
  if (received.outcome === 'refused') {
    const details = received.issues.map(({ field, rule, zh, en }) => ({ field, rule, words: { zh, en } }))
    const told = tellFailure(new FhirFault('resource-invalid', details))
    return toldAnswer(told, around.language, around.use.requestId, received.receipt)
  }
  const isNew = received.outcome === 'recorded'
  const sequence = isNew ? received.receipt.sequence : received.sequence
  const words = writtenWords[isNew ? 'created' : 'matched']
  const text = around.language === 'zh' ? words.zh : words.en
  const outcome = {
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'information', code: 'informational', details: { text } }],
  }
  return {
    status: isNew ? 201 : 200,
    headers: {
      Location: `${around.base}/AuditEvent/${sequence}`,
      ETag: etagOf(1),
      'Chartward-Receipt': String(sequence),
      ...(isNew && receiptHeader(received.receipt)),
    },
    ...(call.preference.return !== 'minimal' && { body: JSON.stringify(outcome), bodyIsOutcome: true }),
    ...(isNew && { receipt: received.receipt }),
  }
}

function answerRefused(rule: 'scope' | 'source-unknown', receipt: Receipt | undefined, around: Surroundings): Answer {
  const told = tellFailure(
    rule === 'scope'
      ? fault(
          'audit-source-refused',
          rule,
          '应用没有写入 AuditEvent 的范围（system/AuditEvent.c）。',
          'The application does not hold the scope system/AuditEvent.c.',
        )
      : fault(
          'audit-source-refused',
          rule,
          '该调用方未登记为留痕来源（AUDIT_SOURCES）。',
          'The caller is not registered as a source of audit trails (AUDIT_SOURCES).',
        ),
  )
  return toldAnswer(
    { ...told, ...(receipt && { receipt: receipt.sequence }) },
    around.language,
    around.use.requestId,
    receipt,
  )
}
