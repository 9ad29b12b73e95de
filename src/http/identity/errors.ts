import type { SignInRefusal, Unidentified } from '../../identity/index.ts'
import { Failure } from '../../kernel/index.ts'

/** A refusal of `identity/` on its way out: the server's table tells it as a problem. */
export class NotAdmitted extends Failure<
  | 'unauthenticated'
  | 'session-ended'
  | 'csrf'
  | 'foreign-page'
  | 'wrong-credentials'
  | 'locked'
  | 'ticket-expired'
  | 'agreement-needed'
  | 'second-factor-needed'
> {
  readonly retryAfterSeconds: number | undefined

  constructor(code: NotAdmitted['code'], retryAfterSeconds?: number) {
    super(code, code)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** What is there, or the refusal thrown. */
export function admittedOnly<Result extends object>(
  result: Result | SignInRefusal | Unidentified,
): Exclude<Result, SignInRefusal | Unidentified> {
  if ('outcome' in result && result.outcome === 'refused') {
    const refused = result as SignInRefusal | Unidentified
    throw new NotAdmitted(refused.code, 'retryAfterSeconds' in refused ? refused.retryAfterSeconds : undefined)
  }
  return result as Exclude<Result, SignInRefusal | Unidentified>
}
