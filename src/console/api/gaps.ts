import { queryOptions } from '@tanstack/react-query'
import { gapsSchema } from '../../contract/index.ts'
import type { Api } from './client.ts'

/** Asked again each minute: whoever watches over the trace learns of a gap without looking for it. */
export const gapsQuery = (api: Api) =>
  queryOptions({
    queryKey: ['gaps'],
    queryFn: () => api.get(gapsSchema, '/api/gaps'),
    refetchInterval: 60_000,
  })
