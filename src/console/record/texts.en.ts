import type { record as chinese } from './texts.zh.ts'

export const record: typeof chinese = {
  title: 'Record',
}
