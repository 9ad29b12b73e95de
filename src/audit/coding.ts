import type { Coding } from './audit-event.ts'

/** Code systems of audit events: DICOM PS3.16 (DCM), HL7 terminology, IHE BALP 1.1.4, and our own. */
export const dcmSystem = 'http://dicom.nema.org/resources/ontology/DCM'
export const restfulSystem = 'http://hl7.org/fhir/restful-interaction'
export const eventTypeSystem = 'http://terminology.hl7.org/CodeSystem/audit-event-type'
export const lifecycleSystem = 'http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle'
export const entityTypeSystem = 'http://terminology.hl7.org/CodeSystem/audit-entity-type'
export const objectRoleSystem = 'http://terminology.hl7.org/CodeSystem/object-role'
export const sourceTypeSystem = 'http://terminology.hl7.org/CodeSystem/security-source-type'
export const participationSystem = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType'
export const roleClassSystem = 'http://terminology.hl7.org/CodeSystem/v3-RoleClass'
export const securityRoleSystem = 'http://terminology.hl7.org/CodeSystem/extra-security-role-type'
export const participantSystem = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type'
export const authorizationSystem = 'https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType'
export const basicEntitySystem = 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType'
export const assuranceExtension = 'https://profiles.ihe.net/ITI/BALP/StructureDefinition/ihe-assuranceLevel'

/** Ours: the kind of the ledger's entry, roles by post, and the assurance of a sign-in. */
export const entryKindSystem = 'https://chartward.org/fhir/CodeSystem/entry-kind'
export const roleSystem = 'https://chartward.org/fhir/CodeSystem/role'
export const assuranceSystem = 'https://chartward.org/fhir/CodeSystem/assurance'
/** Prefix of the policies that allowed or refused, as URIs. */
export const policyBase = 'https://chartward.org/fhir/policy/'
export const personSystem = 'https://chartward.org/fhir/sid/person'
export const patientSystem = 'https://chartward.org/fhir/sid/patient'
export const departmentSystem = 'https://chartward.org/fhir/sid/department'
export const applicationSystem = 'https://chartward.org/fhir/sid/application'
export const deviceSystem = 'https://chartward.org/fhir/sid/device'
/** Systems whose audit trails are taken in. */
export const auditSourceSystem = 'https://chartward.org/fhir/sid/audit-source'

const dcmWords = {
  '110100': 'Application Activity',
  '110101': 'Audit Log Used',
  '110106': 'Export',
  '110107': 'Import',
  '110113': 'Security Alert',
  '110114': 'User Authentication',
  '110120': 'Application Start',
  '110121': 'Application Stop',
  '110122': 'Login',
  '110123': 'Logout',
  '110127': 'Emergency Override Started',
  '110129': 'Security Configuration',
  '110132': 'Use of Restricted Function',
  '110133': 'Audit Recording Stopped',
  '110134': 'Audit Recording Started',
  '110136': 'Security Roles Changed',
  '110137': 'User security Attributes Changed',
  '110150': 'Application',
  '110151': 'Application Launcher',
  '110152': 'Destination Role ID',
  '110153': 'Source Role ID',
} as const
export type DcmCode = keyof typeof dcmWords

export const dcm = (code: DcmCode): Coding => ({ system: dcmSystem, code, display: dcmWords[code] })
export const restful = (code: string): Coding => ({ system: restfulSystem, code, display: code })
export const rest: Coding = { system: eventTypeSystem, code: 'rest', display: 'Restful Operation' }

export const personEntity: Coding = { system: entityTypeSystem, code: '1', display: 'Person' }
export const systemObject: Coding = { system: entityTypeSystem, code: '2', display: 'System Object' }
export const otherEntity: Coding = { system: entityTypeSystem, code: '4', display: 'Other' }

const objectRoleWords = {
  '1': 'Patient',
  '4': 'Domain Resource',
  '13': 'Security Resource',
  '24': 'Query',
} as const
export const objectRole = (code: keyof typeof objectRoleWords): Coding => ({
  system: objectRoleSystem,
  code,
  display: objectRoleWords[code],
})
