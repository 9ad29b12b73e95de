import type { PatientId } from '../../kernel/index.ts'
import { isAboutAudit, performAudit } from '../audit/perform-audit.ts'
import { tellFailure } from '../errors/index.ts'
import { type Answer, toldAnswer } from './answer.ts'
import { performBatch } from './batch.ts'
import { readBundle } from './bundle-entry.ts'
import { changeOf } from './change.ts'
import { FhirFault } from './errors.ts'
import { searchEverything } from './everything.ts'
import { readHistory } from './history.ts'
import { readResource } from './incoming-resource.ts'
import type { InteractionCall, Surroundings } from './interaction-call.ts'
import { patchRecord } from './patching.ts'
import { readRecord } from './reading.ts'
import { search } from './searching.ts'
import { performTransaction } from './transaction.ts'
import { answerValidated } from './validating.ts'
import { write } from './writing.ts'

/**
 * Performs one interaction: the same for an HTTP request and for an entry of a bundle.
 * @throws {Failure} whatever stands in the failure table; refusals and absences are answers.
 */
export async function perform(call: InteractionCall, around: Surroundings): Promise<Answer> {
  const { interaction } = call
  if (isAboutAudit(interaction)) return performAudit(call, around, around.audit)
  switch (interaction.kind) {
    case 'read':
    case 'vread':
      return readRecord(recordOf(interaction), call, around)
    case 'history':
      return readHistory(interaction, call, around)
    case 'search':
      return search({ types: [interaction.type] }, call, around)
    case 'search-system':
      return search({ types: 'stated' }, call, around)
    case 'search-compartment':
      return search({ types: [interaction.type], compartment: interaction.patient as PatientId }, call, around)
    case 'everything':
      return searchEverything(interaction.patient as PatientId, call, around)
    case 'create':
    case 'update':
    case 'delete':
    case 'conditional-update':
    case 'conditional-delete':
      return write(await changeOf(call, around), call.preference, around)
    case 'patch':
    case 'conditional-patch':
      return patchRecord(call, around)
    case 'validate':
      return answerValidated(readResource(call.body, { type: interaction.type }), around)
    case 'bundle': {
      const bundle = readBundle(call.body, around.maxBundleEntries)
      return bundle.type === 'batch' ? performBatch(bundle, call, around) : performTransaction(bundle, call, around)
    }
    case 'capabilities':
      throw new FhirFault('interaction-unknown')
  }
}

/** The same, with failures told instead of thrown: an entry of a batch has its own outcome. */
export async function performAlone(work: () => Promise<Answer>, around: Surroundings): Promise<Answer> {
  try {
    return await work()
  } catch (error) {
    const told = tellFailure(error)
    if (told.isBug) around.reportBug(error)
    return toldAnswer(told, around.language, around.use.requestId)
  }
}

function recordOf(interaction: { type: string; id: string; version?: number }) {
  const { type, id, version } = interaction
  return { type, id, ...(version !== undefined && { version }) }
}
