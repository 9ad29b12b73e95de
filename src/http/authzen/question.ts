import {
  type DecisionRequest,
  type RecordFacts,
  settingAreas,
  settingFacts,
  traceFacts,
} from '../../authority/index.ts'
import {
  type Action,
  actions,
  type Caller,
  type DepartmentId,
  type PatientId,
  type PersonId,
  type PurposeOfUse,
  purposes,
} from '../../kernel/index.ts'
import type { EvaluationRequest } from './request.ts'

/** Facts about a record by type and id, from the record store. */
export type Describe = (type: string, id: string) => Promise<RecordFacts | 'deleted' | undefined>

/** What is asked, in our words; or why it is no question we can say yes to. */
export type Question = Omit<DecisionRequest, 'at'> | { readonly unanswerable: string }

const subjectTypes = new Set(['user', 'person', 'practitioner'])
const verbs: Readonly<Record<string, Action>> = {
  ...(Object.fromEntries(actions.map((action) => [action, action])) as Record<Action, Action>),
  read: 'view',
  search: 'list',
}

/**
 * Who the subject is, which roles and relations they have, what the record is: all from our own stores. Of what the
 * asking system says about itself only two things are taken: the purpose, and how strongly it has authenticated the
 * subject; the latter only from a registered application.
 */
export async function questionOf(
  asker: Caller,
  { subject, action, resource, context }: EvaluationRequest,
  describe: Describe,
): Promise<Question> {
  if (!subjectTypes.has(subject.type.toLowerCase()))
    return { unanswerable: `subject type ${subject.type} is not known` }
  const verb = Object.hasOwn(verbs, action.name) ? verbs[action.name] : undefined
  if (!verb) return { unanswerable: `action ${action.name} is not known` }
  const purpose = purposeOf(context?.purpose)
  if (purpose === 'unknown') return { unanswerable: 'context.purpose is not a known purpose of use' }
  const record = await recordOf(verb, resource, describe)
  if (!record) return { unanswerable: 'the resource is not known' }
  return {
    caller: subjectOf(asker, subject.id as PersonId, context),
    action: verb,
    record,
    ...(purpose && { purpose }),
  }
}

/** A code, or a coding with `code`. */
function purposeOf(value: unknown): PurposeOfUse | 'unknown' | undefined {
  if (value === undefined || value === null) return undefined
  const code = typeof value === 'object' ? (value as { code?: unknown }).code : value
  return purposes.find((purpose) => purpose === code) ?? 'unknown'
}

async function recordOf(
  action: Action,
  resource: EvaluationRequest['resource'],
  describe: Describe,
): Promise<RecordFacts | undefined> {
  if (action === 'read-trace') {
    const { person, patient, department } = resource.properties ?? {}
    if (resource.type !== 'AuditEvent') return undefined
    return traceFacts({
      ...(typeof person === 'string' && { person: person as PersonId }),
      ...(typeof patient === 'string' && { patient: patient as PatientId }),
      ...(typeof department === 'string' && { department: department as DepartmentId }),
    })
  }
  if (action === 'administer') {
    const area = settingAreas.find((one) => resource.type === 'Setting' && one === resource.id)
    return area && settingFacts(area)
  }
  if (!/^[A-Z][A-Za-z]{1,63}$/.test(resource.type) || !/^[A-Za-z0-9.-]{1,64}$/.test(resource.id)) return undefined
  const facts = await describe(resource.type, resource.id)
  return facts === 'deleted' ? undefined : facts
}

/** The subject as a caller: through the application that asks, within its scopes. */
function subjectOf(asker: Caller, person: PersonId, context: EvaluationRequest['context']): Caller {
  if (asker.application === undefined) return asker
  const stated = context?.assurance
  const assurance = stated === 2 || stated === 3 ? stated : 1
  return { ...asker, person, assurance }
}
