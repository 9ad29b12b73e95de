import { readComposition } from '../fhir/composition.ts'
import { momentMs } from '../fhir/datatype.ts'
import { type Json, textAt } from '../fhir/element.ts'
import { timelineItem } from '../timeline/item.ts'

/** One version in a history: who, when, and its content. */
export interface RecordVersion {
  readonly version: number
  readonly recorded: string | undefined
  readonly author: string | undefined
  readonly resource: Json
}

/** Newest first. An entry without `meta.versionId` cannot be named and is left out. */
export function readVersions(resources: readonly Json[]): readonly RecordVersion[] {
  return resources
    .flatMap((resource): readonly RecordVersion[] => {
      const version = Number(textAt(resource, 'meta', 'versionId') ?? Number.NaN)
      if (!Number.isInteger(version)) return []
      return [
        {
          version,
          recorded: textAt(resource, 'meta', 'lastUpdated'),
          author: lastHand(resource),
          resource,
        },
      ]
    })
    .sort((a, b) => b.version - a.version)
}

/** Whose hand was last on this version: the latest signature, else the author. */
function lastHand(resource: Json): string | undefined {
  const signed = readComposition(resource).attesters.filter((attester) => attester.time !== undefined)
  const latest = [...signed].sort((a, b) => (momentMs(b.time) ?? 0) - (momentMs(a.time) ?? 0))[0]
  return latest?.name ?? timelineItem(resource).person
}

/** The two versions the address names, else the newest and the one before it; never one with itself. */
export function chosenPair(
  versions: readonly RecordVersion[],
  beforeText: string | null,
  afterText: string | null,
): { readonly before: RecordVersion; readonly after: RecordVersion } | undefined {
  const named = (text: string | null) => versions.find((version) => String(version.version) === text)
  const after = named(afterText) ?? versions.find((version) => String(version.version) !== beforeText)
  if (!after) return undefined
  const before =
    named(beforeText) ??
    versions.find((version) => version.version < after.version) ??
    versions.find((version) => version.version !== after.version)
  return before && before.version !== after.version ? { before, after } : undefined
}
