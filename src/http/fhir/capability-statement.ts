import { resourceTypes, searchParametersOf } from '../../records/index.ts'
import { auditSearchParameters } from '../audit/search-audit.ts'

interface CapabilityFacts {
  readonly base: string
  readonly software: { readonly version: string; readonly since: string }
  readonly storeKind: 'own' | 'upstream'
  readonly hasTransactions: boolean
  readonly hasAudit: boolean
}

/** Parameters of the definitions that a search here refuses; what is not answered is not claimed. */
const notOffered: ReadonlySet<string> = new Set(['composite'])

/** `/fhir/metadata`: only what works, from the same table that searches are checked against. */
export function capabilityStatement(facts: CapabilityFacts) {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: facts.software.since,
    publisher: 'Chartward 守历',
    kind: 'instance',
    software: { name: 'Chartward', version: facts.software.version },
    implementation: { description: 'Electronic medical records, their use governed and traced', url: facts.base },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    patchFormat: ['application/json-patch+json'],
    rest: [
      {
        mode: 'server',
        documentation:
          'Every answer about a record is a use: decided, recorded in the ledger before anything leaves, and numbered in the header Chartward-Receipt. State the purpose of use in the header Purpose-Of-Use.',
        security: {
          service: [
            {
              coding: [
                {
                  system: 'http://terminology.hl7.org/CodeSystem/restful-security-service',
                  code: 'SMART-on-FHIR',
                },
              ],
            },
          ],
        },
        resource: resourceTypes()
          .filter((type) => type !== 'AuditEvent' || facts.hasAudit)
          .map((type) => (type === 'AuditEvent' ? auditEvents : resourceOf(type, facts))),
        interaction: [
          ...(facts.hasTransactions ? [{ code: 'transaction' }] : []),
          { code: 'batch' },
          { code: 'search-system' },
        ],
      },
    ],
  }
}

/** Entries of the ledger: found and read, added to by registered sources, never changed. */
const auditEvents = {
  type: 'AuditEvent',
  interaction: ['read', 'search-type', 'create'].map((code) => ({ code })),
  versioning: 'no-version',
  documentation:
    'Every entry of the ledger after IHE BALP 1.1.4; the id is its place in the ledger. Create takes in an event of a registered source. Newest first, without a total.',
  searchParam: auditSearchParameters,
}

const interactions = [
  'read',
  'vread',
  'update',
  'patch',
  'delete',
  'history-instance',
  'history-type',
  'create',
  'search-type',
].map((code) => ({ code }))

function resourceOf(type: string, facts: CapabilityFacts) {
  const parameters = [...searchParametersOf(type).values()].filter((parameter) => !notOffered.has(parameter.type))
  const references = parameters.filter((parameter) => parameter.type === 'reference')
  return {
    type,
    interaction: interactions,
    versioning: 'versioned-update',
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    conditionalRead: 'full-support',
    conditionalUpdate: true,
    conditionalDelete: 'single',
    ...(references.length > 0 && { searchInclude: references.map((parameter) => `${type}:${parameter.code}`) }),
    searchParam: parameters.map((parameter) => ({ name: parameter.code, type: parameter.type })),
    ...(type === 'Patient' &&
      facts.storeKind === 'own' && {
        operation: [
          {
            name: 'everything',
            definition: 'http://hl7.org/fhir/OperationDefinition/Patient-everything',
            documentation: 'Parameters _type, _since, _count; not start and end.',
          },
        ],
      }),
  }
}
