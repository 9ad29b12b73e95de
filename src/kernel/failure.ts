/**
 * A failure is something outside the request that stopped it (the ledger is down, the upstream is gone).
 * Each room declares its own subclass with a closed set of literal codes; one table in `http/` turns codes into
 * RFC 9457 problems and OperationOutcomes. A refusal is not a failure: it is a value in a return type.
 */
export abstract class Failure<Code extends string = string> extends Error {
  readonly code: Code

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.name = new.target.name
  }
}

/** One thing wrong with an input: where (a path or parameter), which rule, and words in both languages. */
export interface InputIssue {
  readonly field: string
  readonly rule: string
  readonly zh: string
  readonly en: string
}

/** The caller's input breaks a rule. Carries every issue found; nothing was read or written because of it. */
export class InvalidInput extends Failure<'invalid-input'> {
  readonly issues: readonly InputIssue[]

  constructor(issues: readonly InputIssue[], options?: ErrorOptions) {
    super('invalid-input', issues.map((issue) => `${issue.field}: ${issue.en}`).join('; '), options)
    this.issues = issues
  }
}
