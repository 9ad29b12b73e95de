import { actorText, codesOf, conceptText, momentMs, readReference, referenceText } from './datatype.ts'
import { type Json, listAt, present, textAt } from './element.ts'

/** One visit or stay. `class`: AMB clinic, EMER emergency, IMP ward (v3-ActCode). */
export interface EncounterFacts {
  readonly id: string
  readonly classCode: string | undefined
  readonly status: string | undefined
  readonly start: string | undefined
  readonly end: string | undefined
  readonly title: string | undefined
  readonly department: string | undefined
  readonly ward: string | undefined
  readonly bed: string | undefined
  readonly attending: string | undefined
  readonly reason: string | undefined
}

export function readEncounter(resource: Json): EncounterFacts {
  const participants = listAt(resource, 'participant')
  const attending = participants.find((participant) => codesOf(participant.type).includes('ATND')) ?? participants[0]
  return {
    id: textAt(resource, 'id') ?? '',
    classCode: textAt(resource, 'class', 'code') ?? textAt(resource, 'class'),
    status: textAt(resource, 'status'),
    start: textAt(resource, 'period', 'start'),
    end: textAt(resource, 'period', 'end'),
    title: conceptText(listAt(resource, 'type')[0]),
    department: referenceText(resource.serviceProvider),
    ward: placeOf(resource, 'wa'),
    bed: placeOf(resource, 'bd'),
    attending: actorText(attending),
    reason: diagnosisText(resource) ?? conceptText(listAt(resource, 'reasonCode')[0]),
  }
}

/** The last place of a kind (`wa` ward, `bd` bed; location-physical-type) whose stay has not ended, else the last one. */
function placeOf(resource: Json, physicalType: string): string | undefined {
  const places = listAt(resource, 'location').filter((location) =>
    codesOf(location.physicalType).includes(physicalType),
  )
  const sorted = [...places].sort((a, b) => startOf(b) - startOf(a))
  const place = sorted.find((location) => textAt(location, 'period', 'end') === undefined) ?? sorted[0]
  return referenceText(place?.location) ?? readReference(place?.location)?.id
}

function startOf(location: Json): number {
  return momentMs(textAt(location, 'period', 'start')) ?? 0
}

function diagnosisText(resource: Json): string | undefined {
  const ranked = [...listAt(resource, 'diagnosis')].sort((a, b) => rankOf(a) - rankOf(b))
  return present(ranked.map((diagnosis) => referenceText(diagnosis.condition)))[0]
}

function rankOf(diagnosis: Json): number {
  return typeof diagnosis.rank === 'number' ? diagnosis.rank : Number.MAX_SAFE_INTEGER
}

/** The encounter a patient is in now, else the newest one: where the dossier's head takes place and state from. */
export function presentEncounter(encounters: readonly EncounterFacts[]): EncounterFacts | undefined {
  const newestFirst = [...encounters].sort((a, b) => (momentMs(b.start) ?? 0) - (momentMs(a.start) ?? 0))
  const isUnderWay = (encounter: EncounterFacts) =>
    encounter.status === 'in-progress' || encounter.status === 'arrived' || encounter.status === 'triaged'
  return (
    newestFirst.find((encounter) => isUnderWay(encounter) && encounter.classCode === 'IMP') ??
    newestFirst.find(isUnderWay) ??
    newestFirst[0]
  )
}
