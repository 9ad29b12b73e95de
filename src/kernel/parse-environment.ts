import type { z } from 'zod'
import { InvalidInput } from './failure.ts'

/**
 * The variables that a schema names; an empty one is as one that is not there.
 * @throws {InvalidInput} naming every variable that breaks its rule.
 */
export function parseEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  environment: NodeJS.ProcessEnv,
): z.infer<Schema> {
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== '')))
  if (parsed.success) return parsed.data
  throw new InvalidInput(
    parsed.error.issues.map((issue) => ({
      field: issue.path.join('.'),
      rule: issue.code,
      zh: `环境变量不合规：${issue.message}`,
      en: issue.message,
    })),
  )
}
