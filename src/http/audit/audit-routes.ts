import { type AccessDesk, draftOf } from '../../access/index.ts'
import type { Audit } from '../../audit/index.ts'
import { settingFacts } from '../../authority/index.ts'
import { type AuditFlows, auditFlowsSchema } from '../../contract/index.ts'
import { type ApiCall, type ApiRoute, apiRoute } from '../api-route.ts'
import { contextOf } from '../console-api/context.ts'
import { RefusedRequest } from '../console-api/refusal.ts'

type FlowsDesk = Pick<AccessDesk, 'authority' | 'ledger' | 'clock'> & {
  readonly audit: Pick<Audit, 'configuration' | 'destinations'>
}

/** Whose trails come in and where ours go, for those who keep the audit or the interfaces. */
export function auditRoutes(desk: FlowsDesk): readonly ApiRoute[] {
  return [
    apiRoute({
      method: 'GET',
      url: '/api/audit/flows',
      summary: 'Audit sources and destinations: status, how far behind, last failure',
      answer: auditFlowsSchema,
      async answerWith(call) {
        await requireKeeper(desk, call)
        return flowsOf(desk.audit)
      },
    }),
  ]
}

async function requireKeeper(desk: FlowsDesk, call: ApiCall<unknown, unknown, unknown>): Promise<void> {
  const use = contextOf(call)
  const decideOn = (area: 'audit' | 'interfaces') =>
    desk.authority.decide({
      caller: call.caller,
      action: 'administer',
      record: settingFacts(area),
      ...(use.purpose && { purpose: use.purpose }),
      at: desk.clock.now(),
    })
  const decision = await decideOn('audit')
  if (decision.effect === 'permit' || (await decideOn('interfaces')).effect === 'permit') return
  const record = { type: 'Setting', id: 'audit' }
  const [receipt] = await desk.ledger.record([{ ...draftOf('refusal', 'administer', use, decision), record }])
  throw new RefusedRequest(decision, receipt!)
}

async function flowsOf(audit: FlowsDesk['audit']): Promise<AuditFlows> {
  const { sources, destinations } = audit.configuration
  const states = new Map((await audit.destinations()).map((state) => [state.id, state]))
  return {
    sources: sources.sources.map(({ id, name, authenticates, people, patients }) => ({
      ...{ id, name, people, patients },
      authenticates: authenticates.by,
    })),
    listening: (['tls', 'tcp', 'udp'] as const).filter((way) => sources.listen[way] !== undefined),
    // One that has not begun yet has no position: it is told when it has.
    destinations: destinations.flatMap(({ id, kinds, send }) => {
      const state = states.get(id)
      if (!state) return []
      return [{ ...state, as: send.as, over: send.as === 'fhir' ? 'http' : send.to.over, ...(kinds && { kinds }) }]
    }),
  }
}
