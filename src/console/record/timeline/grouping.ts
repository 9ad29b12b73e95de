import type { EncounterFacts } from '../fhir/encounter.ts'
import type { TimelineItem } from './item.ts'

/** Lines under the encounter they belong to, in the order of time; what belongs to none stands on its own. */
export interface EncounterGroup {
  readonly key: string
  readonly encounter: EncounterFacts | undefined
  readonly items: readonly TimelineItem[]
}

/**
 * A new group begins whenever the encounter changes, as the eye goes down through time: two stays that overlap are
 * interleaved honestly rather than torn out of order. The encounter's own line becomes the head of its groups.
 */
export function groupByEncounter(
  items: readonly TimelineItem[],
  encounters: ReadonlyMap<string, EncounterFacts>,
): readonly EncounterGroup[] {
  const groups: {
    key: string
    encounter: EncounterFacts | undefined
    id: string | undefined
    items: TimelineItem[]
  }[] = []
  for (const item of items) {
    const last = groups.at(-1)
    const known = item.encounter !== undefined ? encounters.get(item.encounter) : undefined
    const id = known ? item.encounter : undefined
    if (last && last.id === id) last.items.push(item)
    else groups.push({ key: `${id ?? 'none'}@${item.key}`, encounter: known, id, items: [item] })
  }
  return groups.map(({ key, encounter, items: members }) => ({
    key,
    encounter,
    items: encounter && members.length > 1 ? members.filter((item) => item.type !== 'Encounter') : members,
  }))
}
