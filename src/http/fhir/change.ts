import type { RequestedChange } from '../../access/index.ts'
import { fault } from './errors.ts'
import { readResource } from './incoming-resource.ts'
import type { InteractionCall, Surroundings } from './interaction-call.ts'
import { type QueryPair, readQueryText } from './query-text.ts'
import { readSearch, refuseUnknown } from './search-text.ts'

/**
 * The change a create, update or delete asks for, its resource checked against address and rules.
 * @throws {FhirFault} `resource-mismatch`, `resource-invalid`, `redacted-write-back`; `InvalidInput` for a condition.
 */
export async function changeOf(call: InteractionCall, around: Surroundings): Promise<RequestedChange> {
  const { interaction, conditions, preference } = call
  const ifMatch = conditions.ifMatch === undefined ? {} : { ifMatch: conditions.ifMatch }
  switch (interaction.kind) {
    case 'create': {
      refuseUnknown(call.query, [], preference)
      const resource = await checked(call, { type: interaction.type }, around)
      const ifNoneExist =
        conditions.ifNoneExist === undefined
          ? {}
          : { ifNoneExist: conditionOf(interaction.type, readQueryText(conditions.ifNoneExist)) }
      return { kind: 'create', type: interaction.type, resource, ...ifNoneExist }
    }
    case 'update': {
      refuseUnknown(call.query, [], preference)
      const resource = await checked(call, { type: interaction.type, id: interaction.id }, around)
      return { kind: 'update', type: interaction.type, id: interaction.id, resource, ...ifMatch }
    }
    case 'conditional-update': {
      const condition = conditionOf(interaction.type, call.query)
      const resource = await checked(call, { type: interaction.type }, around)
      return { kind: 'update', type: interaction.type, resource, condition, ...ifMatch }
    }
    case 'delete':
      refuseUnknown(call.query, [], preference)
      return { kind: 'delete', type: interaction.type, id: interaction.id, ...ifMatch }
    case 'conditional-delete':
      return {
        kind: 'delete',
        type: interaction.type,
        condition: conditionOf(interaction.type, call.query),
        ...ifMatch,
      }
    default:
      throw new TypeError(`${interaction.kind} is no change`)
  }
}

/** A condition with nothing in it would select any record of the type. */
export function conditionOf(type: string, pairs: readonly QueryPair[]) {
  const { query } = readSearch([type], pairs, 'strict')
  if (query.parameters.length === 0) {
    throw fault('header-invalid', 'condition', '条件为空。', 'The condition is empty.')
  }
  return { ...query, count: 2, total: 'none' as const, includes: [], sort: [] }
}

async function checked(call: InteractionCall, expected: { type: string; id?: string }, around: Surroundings) {
  const resource = readResource(call.body, expected)
  await around.validate(resource)
  return resource
}
