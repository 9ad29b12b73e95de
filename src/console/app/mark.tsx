/** A record with its page marked: the sign of the house. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="5" fill="var(--action)" />
      <path d="M9 6.500h14v19H9z" fill="none" stroke="var(--on-action)" strokeWidth="1.800" />
      <path d="M13 11.500h6M13 15.500h6M13 19.500h3" stroke="var(--on-action)" strokeWidth="1.800" />
    </svg>
  )
}
