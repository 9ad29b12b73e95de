import { queryOptions } from '@tanstack/react-query'
import { auditFlowsSchema } from '../../contract/index.ts'
import type { Api } from './client.ts'

/** Asked again every ten seconds: who looks at this wants to see it move. */
export const flowsQuery = (api: Api) =>
  queryOptions({
    queryKey: ['audit-flows'],
    queryFn: () => api.get(auditFlowsSchema, '/api/audit/flows'),
    refetchInterval: 10_000,
  })
