import { openGaps } from '../../completeness/index.ts'
import type { Continuity } from '../../continuity/index.ts'
import { gapsSchema } from '../../contract/index.ts'
import type { Database } from '../../kernel/index.ts'
import { type ApiRoute, apiRoute } from '../api-route.ts'
import type { ConsoleDesk } from './desk.ts'
import { requireRoom } from './rooms.ts'

const recentMs = 30 * 86_400_000
const mostGaps = 50

/** Gaps of the trace, for those who may ask the trace; they are about counters and processes, and name nobody. */
export function gapRoutes(
  desk: ConsoleDesk & { readonly continuity: Pick<Continuity, 'state'>; readonly database: Database },
): readonly ApiRoute[] {
  return [
    apiRoute({
      method: 'GET',
      url: '/api/gaps',
      summary: 'Gaps found in the trace and not healed, and uses that wait in a local spool',
      answer: gapsSchema,
      async answerWith({ caller }) {
        await requireRoom(desk, caller, 'trace')
        const all = await openGaps(desk.database)
        const recent = all.filter((gap) => desk.clock.now() - gap.foundAt.getTime() < recentMs).reverse()
        return {
          gaps: recent.slice(0, mostGaps).map(({ sequence, counter, foundAt }) => {
            return { sequence, counter, foundAt: foundAt.toISOString() }
          }),
          total: recent.length,
          spooled: desk.continuity.state().spooledFrames,
        }
      },
    }),
  ]
}
