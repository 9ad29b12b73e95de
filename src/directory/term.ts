/** When something holds: from the first instant, and no longer at `until`. Milliseconds since 1970-01-01T00:00:00Z. */
export interface Term {
  readonly from: number
  readonly until: number
}

export const termIsLiving = (term: Term, at: number): boolean => term.from <= at && at < term.until

export const termsOverlap = (one: Term, other: Term): boolean => one.from < other.until && other.from < one.until
