import { useRouteError } from 'react-router'
import { Failure } from '../shape/page-state.tsx'

/** A page that failed to draw or to load its code. Says what is safe. */
export function Broken() {
  const error = useRouteError()
  return (
    <div style={{ padding: 24 }}>
      <Failure error={error} onRetry={() => location.reload()} />
    </div>
  )
}
