/** Texts of the record viewer. */
export const record = {
  title: '病历',
}
