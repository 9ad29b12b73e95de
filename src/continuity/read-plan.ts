import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { type ApplicationId, type DepartmentId, type InputIssue, InvalidInput } from '../kernel/index.ts'
import { type ContinuityMode, type ContinuityPlan, continuityModes, strictPlan } from './mode.ts'

const modes = z.record(z.string().min(1).max(64), z.enum(continuityModes))
const planSchema = z.strictObject({
  departments: modes.optional(),
  applications: modes.optional(),
  staleMinutes: z.number().int().min(1).max(1440).optional(),
  maxSpoolMegabytes: z.number().int().min(1).max(10_240).optional(),
})

/**
 * Reads the plan from what the environment says: JSON, or `@` and the path of a file that holds it.
 * @throws {InvalidInput} naming every place that breaks a rule, in both languages.
 */
export function readContinuityPlan(stated: string | undefined): ContinuityPlan {
  if (stated === undefined || stated === '') return strictPlan
  const text = stated.startsWith('@') ? textOf(stated.slice(1)) : stated
  const parsed = planSchema.safeParse(jsonOf(text))
  if (!parsed.success) throw new InvalidInput(parsed.error.issues.map(issueOf))
  const { departments, applications, staleMinutes, maxSpoolMegabytes } = parsed.data
  return {
    departments: new Map(Object.entries(departments ?? {}) as [DepartmentId, ContinuityMode][]),
    applications: new Map(Object.entries(applications ?? {}) as [ApplicationId, ContinuityMode][]),
    staleMs: staleMinutes === undefined ? strictPlan.staleMs : staleMinutes * 60_000,
    maxSpoolBytes: maxSpoolMegabytes === undefined ? strictPlan.maxSpoolBytes : maxSpoolMegabytes * 1024 * 1024,
  }
}

/** The plan as the ledger states it: sorted, so that the same plan is the same text. */
export function describePlan(plan: ContinuityPlan): Readonly<Record<string, unknown>> {
  const sorted = (map: ReadonlyMap<string, ContinuityMode>) => Object.fromEntries([...map].sort())
  return {
    departments: sorted(plan.departments),
    applications: sorted(plan.applications),
    staleMinutes: plan.staleMs / 60_000,
    maxSpoolMegabytes: plan.maxSpoolBytes / 1024 / 1024,
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new InvalidInput([
      { field: 'CONTINUITY', rule: 'file', zh: `读不到文件：${path}`, en: `the file cannot be read: ${path}` },
    ])
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new InvalidInput([{ field: 'CONTINUITY', rule: 'json', zh: '不是 JSON', en: 'is not JSON' }])
  }
}

function issueOf(issue: z.core.$ZodIssue): InputIssue {
  const at = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys] : issue.path
  const field = ['CONTINUITY', ...at].join('.')
  if (issue.code === 'unrecognized_keys')
    return { field, rule: issue.code, zh: '没有这一项', en: 'there is no such item' }
  if (issue.code === 'invalid_value') {
    const known = continuityModes.join(', ')
    return { field, rule: issue.code, zh: `方式只有：${known}`, en: `the modes are: ${known}` }
  }
  return { field, rule: issue.code, zh: `不合规：${issue.message}`, en: issue.message }
}
