import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Refused } from '../../api/problem.ts'
import { useTimeZone } from '../../api/session.ts'
import { startOfDay } from '../../time/hospital-time.ts'
import { useReader, useRecord } from '../record-context.ts'
import { pathOfNext, type Reader, search } from '../record-queries.ts'
import { gatherItems } from './gathering.ts'
import type { TimelineItem } from './item.ts'
import { type Drawn, firstAddress, holdingBack, horizonOf, sourcesFor, type TimelineFilter } from './stream.ts'

const pageSize = 40
/** "Older" brings at least so many lines, if there are so many. */
const linesPerStep = 30
const roundsPerStep = 6

interface Step {
  readonly drawn: readonly Drawn[]
  /** Types whose search was refused: said below the line, since the rest is still worth reading. */
  readonly refused: readonly string[]
  readonly withheld: readonly string[] | undefined
  readonly receipt: number | undefined
}

export interface Timeline {
  readonly items: readonly TimelineItem[]
  readonly refused: readonly string[]
  readonly withheld: readonly string[] | undefined
  readonly receipt: number | undefined
  readonly isPending: boolean
  readonly error: unknown
  readonly hasOlder: boolean
  readonly isFetchingOlder: boolean
  fetchOlder(): unknown
  refetch(): unknown
}

export function useTimeline(filter: TimelineFilter): Timeline {
  const reader = useReader()
  const { patient } = useRecord()
  const zone = useTimeZone()
  const before = filter.until === undefined ? undefined : startOfDay(filter.until, zone, 1)
  const query = useInfiniteQuery({
    queryKey: ['timeline', patient, filter, reader.purpose],
    queryFn: ({ pageParam }) => (pageParam ? older(reader, pageParam) : begin(reader, patient, { filter, before })),
    initialPageParam: undefined as Step | undefined,
    getNextPageParam: (last) => (last.drawn.some((one) => one.next !== undefined) ? last : undefined),
    staleTime: 300_000,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    retry: false,
  })
  const last = query.data?.pages.at(-1)
  const items = useMemo(() => (last ? visible(last, filter) : []), [last, filter])
  return {
    items,
    refused: last?.refused ?? [],
    withheld: last?.withheld,
    receipt: last?.receipt,
    isPending: query.isPending,
    error: query.error,
    hasOlder: query.hasNextPage,
    isFetchingOlder: query.isFetchingNextPage,
    fetchOlder: query.fetchNextPage,
    refetch: query.refetch,
  }
}

function visible(step: Step, filter: TimelineFilter): readonly TimelineItem[] {
  const horizon = horizonOf(step.drawn)
  return gatherItems(step.drawn.flatMap((one) => one.resources)).filter(
    (item) =>
      (item.at ?? Number.NEGATIVE_INFINITY) >= horizon &&
      (filter.kinds.length === 0 || filter.kinds.includes(item.kind)),
  )
}

interface Beginning {
  readonly filter: TimelineFilter
  readonly before: string | undefined
}

async function begin(reader: Reader, patient: string, { filter, before }: Beginning): Promise<Step> {
  const asked = sourcesFor(filter)
  const answers = await Promise.allSettled(
    asked.map((source) => search(reader, `/${firstAddress(source, patient, filter, { count: pageSize, before })}`)),
  )
  const drawn: Drawn[] = []
  const refused: string[] = []
  const withheld: string[] = []
  let somethingWithheld = false
  let receipt: number | undefined
  let failure: unknown
  for (const [index, answer] of answers.entries()) {
    const source = asked[index]!
    if (answer.status === 'rejected') {
      if (!isRefusal(answer.reason)) throw answer.reason
      failure = answer.reason
      refused.push(source.type)
      continue
    }
    const { value } = answer
    drawn.push({ source, resources: value.resources, next: value.next })
    receipt = Math.max(receipt ?? 0, value.receipt ?? 0) || undefined
    if (value.withheld) {
      somethingWithheld = true
      withheld.push(...value.withheld)
    }
  }
  if (drawn.length === 0 && failure !== undefined) throw failure
  const step: Step = {
    drawn,
    refused,
    withheld: somethingWithheld ? [...new Set(withheld)] : undefined,
    receipt,
  }
  const isThin = visible(step, filter).length === 0 && drawn.some((one) => one.next !== undefined)
  return isThin ? older(reader, step) : step
}

async function older(reader: Reader, from: Step): Promise<Step> {
  const shownBefore = visible(from, everything).length
  let step = from
  for (let round = 0; round < roundsPerStep; round += 1) {
    const waiting = holdingBack(step.drawn)
    if (waiting.length === 0) break
    const pages = await Promise.all(waiting.map((one) => search(reader, pathOfNext(one.next!))))
    step = {
      ...step,
      drawn: step.drawn.map((one) => {
        const page = pages[waiting.indexOf(one)]
        return page ? { ...one, resources: [...one.resources, ...page.resources], next: page.next } : one
      }),
    }
    if (visible(step, everything).length - shownBefore >= linesPerStep) break
  }
  return step
}

const everything: TimelineFilter = { kinds: [], encounter: undefined, until: undefined }

function isRefusal(error: unknown): boolean {
  return error instanceof Refused && (error.problem.status === 403 || error.problem.status === 404)
}
