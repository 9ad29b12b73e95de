import type { FhirResource } from '../../records/index.ts'
import { outcomeOf, remark, tellFailure } from '../errors/index.ts'
import type { Answer } from './answer.ts'
import { FhirFault } from './errors.ts'
import type { Surroundings } from './interaction-call.ts'

/** `$validate`: the operation succeeds (200) whether or not the resource does; no record is touched. */
export async function answerValidated(resource: FhirResource, around: Surroundings): Promise<Answer> {
  const outcome = await around.validate(resource).then(
    () => remark('information', 'informational', 'valid', valid, around.language),
    (error: unknown) => {
      if (!(error instanceof FhirFault)) throw error
      return outcomeOf(tellFailure(error), around.language, around.use.requestId)
    },
  )
  return { status: 200, headers: {}, body: JSON.stringify(outcome) }
}

const valid = { zh: '符合 FHIR R4 规则。', en: 'It keeps the rules of FHIR R4.' }
