import type { RequestedChange } from '../../access/index.ts'
import type { Answer } from './answer.ts'
import { conditionOf } from './change.ts'
import { FhirFault, fault } from './errors.ts'
import { readResource } from './incoming-resource.ts'
import type { InteractionCall, Surroundings } from './interaction-call.ts'
import { applyPatch, readPatch } from './json-patch.ts'
import { readJson } from './json-text.ts'
import { answerClosed } from './reading.ts'
import { refuseUnknown } from './search-text.ts'
import { answerWritten } from './writing.ts'

/**
 * JSON Patch (RFC 6902) in two uses: the record is opened, patched here, and written as an update of exactly the
 * version that was opened. Both are traced; a change by someone else in between is a version conflict.
 */
export async function patchRecord(call: InteractionCall, around: Surroundings): Promise<Answer> {
  const change = await patchedChange(call, around)
  if ('answer' in change) return change.answer
  const written = await around.door.write({ ...around.use, change })
  return answerWritten(written, change, call.preference, around)
}

export async function patchedChange(
  call: InteractionCall,
  around: Surroundings,
): Promise<RequestedChange | { readonly answer: Answer }> {
  const operations = readPatch(call.body ?? null)
  const { interaction } = call
  if (interaction.kind !== 'patch' && interaction.kind !== 'conditional-patch') {
    throw new TypeError(`${interaction.kind} is no patch`)
  }
  const { type } = interaction
  if (interaction.kind === 'patch') refuseUnknown(call.query, [], call.preference)
  const id = interaction.kind === 'patch' ? interaction.id : await findOne(type, call, around)

  const opened = await around.door.open({ ...around.use, type, id })
  if (opened.outcome !== 'released') return { answer: answerClosed(opened, around) }
  if (call.conditions.ifMatch !== undefined && call.conditions.ifMatch !== opened.record.version) {
    throw new FhirFault('version-conflict')
  }
  const patched = applyPatch(readJson(Buffer.from(opened.record.content)), operations)
  // Refuses a patched resource whose type or id moved, and one that was not wholly shown to the person patching it.
  const resource = readResource(patched, { type, id })
  if (opened.record.withheld.length > 0) {
    throw fault(
      'redacted-write-back',
      'withheld',
      '该记录有部分内容对您隐去。',
      'Parts of the record are withheld from you.',
    )
  }
  await around.validate(resource)
  return { kind: 'update', type, id, resource, ifMatch: opened.record.version }
}

async function findOne(type: string, call: InteractionCall, around: Surroundings): Promise<string> {
  const found = await around.door.search({ ...around.use, query: conditionOf(type, call.query) })
  const matches = found.outcome === 'released' ? found.rows.filter((row) => row.mode === 'match') : []
  if (matches.length > 1) throw new FhirFault('several-matches')
  const match = matches[0]
  if (!match) throw new FhirFault('record-not-found')
  return match.record.id
}
