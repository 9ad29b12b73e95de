import { isIP } from 'node:net'
import { type PurposeOfUse, purposeSystem } from '../kernel/index.ts'
import type { Entry } from '../ledger/index.ts'
import type { AuditAgent, AuditReference, CodeableConcept, Coding } from './audit-event.ts'
import type { AuditPattern } from './audit-pattern.ts'
import {
  applicationSystem,
  assuranceExtension,
  assuranceSystem,
  dcm,
  departmentSystem,
  deviceSystem,
  participantSystem,
  participationSystem,
  personSystem,
  policyBase,
  roleClassSystem,
  roleSystem,
  securityRoleSystem,
} from './coding.ts'
import { whoOf } from './references.ts'

/** The part each agent plays. BALP turns source and destination with the direction in which content goes. */
interface Parts {
  readonly user: Coding
  readonly client: Coding
  readonly server: Coding
}

const recipient: Coding = { system: participationSystem, code: 'IRCP', display: 'information recipient' }
const author: Coding = { system: participationSystem, code: 'AUT', display: 'author (originator)' }
const human: Coding = { system: securityRoleSystem, code: 'humanuser', display: 'human user' }
const authorizer: Coding = { system: securityRoleSystem, code: 'authserver', display: 'authorization server' }
const custodian: Coding = { system: participantSystem, code: 'custodian', display: 'Custodian' }
const provider: Coding = { system: roleClassSystem, code: 'PROV', display: 'healthcare provider' }

const outward: Parts = { user: recipient, client: dcm('110152'), server: dcm('110153') }
const inward: Parts = { user: author, client: dcm('110153'), server: dcm('110152') }
const plain: Parts = { user: human, client: dcm('110150'), server: authorizer }

const partsOf: Readonly<Record<AuditPattern, Parts>> = {
  read: outward,
  query: { user: recipient, client: dcm('110153'), server: dcm('110152') },
  create: inward,
  update: inward,
  delete: { user: author, client: dcm('110150'), server: custodian },
  authorization: { user: recipient, client: dcm('110150'), server: authorizer },
  disclosure: outward,
  import: inward,
  'log-use': outward,
  authentication: plain,
  security: plain,
  application: { user: dcm('110151'), client: dcm('110151'), server: dcm('110150') },
  foreign: { user: human, client: dcm('110150'), server: dcm('110150') },
}

export interface AgentFacts {
  readonly pattern: AuditPattern
  /** The system that observed the event, and how it is reached. */
  readonly observer: AuditReference
  readonly observerAddress?: string
}

/**
 * The person, the application or device before them, their departments, and the server.
 * @param followed the entry that says what this one leaves out: its terminal, its application, its decision.
 */
export function agentsOf(entry: Entry, followed: Entry | undefined, facts: AgentFacts): readonly AuditAgent[] {
  const parts = partsOf[facts.pattern]
  const agents = [
    clientOf(entry, followed, parts.client),
    userOf(entry, followed, parts.user),
    ...(entry.actor?.departments ?? []).map(departmentOf),
  ].filter((agent) => agent !== undefined)
  // Another system's event did not pass through this server; its source stands in only where nobody else is named.
  if (facts.pattern === 'foreign') return agents.length > 0 ? agents : [serverOf(facts, parts.server)]
  return [...agents, serverOf(facts, parts.server)]
}

function userOf(entry: Entry, followed: Entry | undefined, part: Coding): AuditAgent | undefined {
  const { actor } = entry
  if (!actor?.person && !actor?.name) return undefined
  const roles = actor.roles ?? followed?.actor?.roles ?? []
  const assurance = actor.assurance ?? followed?.actor?.assurance
  const decision = entry.decision ?? followed?.decision
  const purpose = entry.purpose ?? followed?.purpose
  return {
    ...(assurance !== undefined && {
      extension: [
        {
          url: assuranceExtension,
          valueCodeableConcept: { coding: [{ system: assuranceSystem, code: String(assurance) }] },
        },
      ],
    }),
    type: { coding: [part] },
    ...(roles.length > 0 && { role: roles.map((code) => ({ coding: [{ system: roleSystem, code }] })) }),
    who: actor.person ? whoOf('Practitioner', personSystem, actor.person) : { display: actor.name! },
    ...(actor.name && { name: actor.name }),
    requestor: true,
    ...(decision &&
      decision.policies.length > 0 && {
        policy: decision.policies.map((id) => policyBase + encodeURIComponent(id)),
      }),
    ...(purpose && { purposeOfUse: [purposeConcept(purpose)] }),
  }
}

function clientOf(entry: Entry, followed: Entry | undefined, part: Coding): AuditAgent | undefined {
  const terminal = entry.terminal ?? followed?.terminal
  const application = entry.actor?.application ?? followed?.actor?.application
  if (!terminal && !application) return undefined
  return {
    type: { coding: [part] },
    who: application
      ? { identifier: { system: applicationSystem, value: application } }
      : terminal?.device
        ? { identifier: { system: deviceSystem, value: terminal.device } }
        : { display: terminal!.address },
    requestor: false,
    ...(terminal && { network: networkOf(terminal.address) }),
  }
}

function departmentOf(department: string): AuditAgent {
  return {
    type: { coding: [provider] },
    who: whoOf('Organization', departmentSystem, department),
    requestor: false,
  }
}

function serverOf({ observer, observerAddress }: AgentFacts, part: Coding): AuditAgent {
  return {
    type: { coding: [part] },
    who: observer,
    requestor: false,
    ...(observerAddress !== undefined && { network: networkOf(observerAddress) }),
  }
}

export function purposeConcept(purpose: PurposeOfUse): CodeableConcept {
  return { coding: [{ system: purposeSystem(purpose), code: purpose }] }
}

function networkOf(address: string): NonNullable<AuditAgent['network']> {
  if (/^https?:/.test(address)) return { address, type: '5' }
  return { address, type: isIP(address) === 0 ? '1' : '2' }
}
