import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DirectoryBatch, Role } from '../directory/index.ts'
import { type Identity, newCodeSecret } from '../identity/index.ts'
import type { PersonId } from '../kernel/index.ts'
import { dayOf, hourOf } from './calendar.ts'
import { DemonstrationFailure } from './errors.ts'
import type { GeneratedHospital } from './hospital.ts'
import { onWheel } from './roster.ts'
import type { Staff } from './staff.ts'
import { teamOf, type World } from './world.ts'

/** Someone to sign in as, with what is worth trying. Stands in `DATA_DIR/demo-people.json`, and nowhere in production. */
export interface DemoPerson {
  readonly id: PersonId
  readonly username: string
  readonly password: string
  /** Base32. */
  readonly totpSeed: string
  readonly name: string
  readonly role: Role
  readonly title: string
  readonly tryZh: string
  readonly tryEn: string
}

type Candidate = Pick<DemoPerson, 'id' | 'username' | 'name' | 'role' | 'title' | 'tryZh' | 'tryEn'>

export const demoPeopleFile = (dataDir: string): string => join(dataDir, 'demo-people.json')
export const demoPeopleAreWritten = (dataDir: string): boolean => existsSync(demoPeopleFile(dataDir))

/** Gives each of them an account with fresh secrets, and writes the file last: it exists only if all of it is true. */
export async function enrolDemoPeople(
  hospital: GeneratedHospital,
  identity: Identity,
  dataDir: string,
  now: number,
): Promise<readonly DemoPerson[]> {
  const people = candidates(hospital, now).map(
    (candidate): DemoPerson => ({
      ...candidate,
      password: randomBytes(9).toString('base64url'),
      totpSeed: newCodeSecret(),
    }),
  )
  for (const { id, username, password, totpSeed } of people) {
    const result = await identity.enrol({ person: id, username, password, totpSecret: totpSeed })
    if (result.outcome === 'refused')
      throw new DemonstrationFailure('demonstration-enrolment-refused', `${username}: ${result.code}`)
  }
  const file = demoPeopleFile(dataDir)
  await writeFile(`${file}.new`, `${JSON.stringify({ people }, null, 2)}\n`, { mode: 0o600 })
  await rename(`${file}.new`, file)
  return people
}

/** Fourteen people of the generated hospital, one for each way of using records. */
export function candidates(hospital: GeneratedHospital, now: number): readonly Candidate[] {
  const { world, directory } = hospital
  const cardiology = teamOf(world, 'cardiology')
  const ward = world.department.get('cardiology')!.rooms[0]!
  const office = (key: string, at: number): Staff => teamOf(world, key).others[at]!
  const someone = (
    username: string,
    staff: Staff,
    tryZh: string,
    tryEn: string,
    role: Role = staff.role,
  ): Candidate => ({
    id: staff.id,
    username,
    name: staff.name,
    role,
    title: role === 'department-head' ? '科主任' : staff.title,
    tryZh,
    tryEn,
  })
  return [
    someone(
      'doctor',
      cardiology.attendings[world.department.get('cardiology')!.rooms.length]!,
      '打开自己的住院患者，再打开一位不归自己管的患者',
      'open an inpatient of yours, then a patient who is not',
    ),
    someone(
      'oncall',
      onCallTonight(world, now),
      '在值班时段打开神经内科住院患者',
      'open a neurology inpatient during your shift on call',
    ),
    someone(
      'nurse',
      onWheel(cardiology.nurses.get(ward.id)!, now, world.parameters, 0),
      '打开本病区患者，再找别的病区的患者',
      'open a patient of your ward, then look for one of another',
    ),
    someone(
      'head',
      teamOf(world, 'respiratory').attendings[0]!,
      '查看谁看过本科患者的病历',
      'see who has looked at your department’s patients',
      'department-head',
    ),
    someone(
      'records',
      office('record-room', 1),
      '以医院管理目的调阅已出院病历',
      'open a discharged record for hospital operations',
    ),
    someone('affairs', office('medical-affairs', 0), '检索使用留痕', 'search the trace of uses'),
    someone('quality', office('quality-office', 1), '以质量控制目的抽查病历', 'review records for quality control'),
    trainee(directory, world),
    vendor(directory, world),
    someone(
      'inspector',
      office('discipline-office', 0),
      '查阅某位患者的全部使用留痕',
      'read the whole trace of one patient',
    ),
    someone('security', office('security-office', 0), '查看策略与安全设置', 'look at policies and security settings'),
    someone(
      'system',
      office('information-centre', 1),
      '尝试打开一份病历并看被拒绝的理由',
      'try to open a record and read why not',
    ),
    someone('audit', office('audit-office', 0), '核对台账并查阅留痕', 'check the ledger and read traces'),
    someone(
      'publicity',
      office('publicity-office', 0),
      '查看自己能做什么、不能做什么',
      'see what you can do and what not',
    ),
  ]
}

/** The first line on call in neurology: now, or from this evening. */
function onCallTonight(world: World, now: number): Staff {
  const { residents } = teamOf(world, 'neurology')
  const day = hourOf(now) < world.parameters.shifts.dayFrom ? dayOf(now) - 1 : dayOf(now)
  return residents[day % residents.length]!
}

/** In standardized training, trained in confidentiality, in a ward now, with patients bound. */
function trainee(directory: DirectoryBatch, world: World): Candidate {
  const trained = new Set(directory.training?.map((pass) => pass.person))
  const rotations = (directory.rotations ?? []).filter(
    (one) => one.from <= world.end && world.end + 2 * 86_400_000 < one.until,
  )
  const programmes = (directory.programmes ?? []).filter((one) => one.kind === 'residency' && trained.has(one.person))
  const ranked = programmes
    .map((programme) => ({ programme, rotation: rotations.find((one) => one.programme === programme.id) }))
    .sort((a, b) => (b.rotation?.cases?.length ?? -1) - (a.rotation?.cases?.length ?? -1))
  return named(
    directory,
    ranked[0]!.programme.person,
    'trainee',
    'trainee',
    '规培医师',
    '打开带教绑定的患者，再试打印',
    'open a patient bound to your rotation, then try to print',
  )
}

function vendor(directory: DirectoryBatch, world: World): Candidate {
  const open = (directory.tickets ?? []).find(
    (ticket) => ticket.from <= world.end && world.end < ticket.until && ticket.systems.includes('PACS'),
  )!
  return named(
    directory,
    open.person,
    'vendor',
    'vendor-engineer',
    '驻场工程师',
    '凭未关闭工单查看影像，再试病程记录',
    'open an image under your ticket, then try a progress note',
  )
}

function named(
  directory: DirectoryBatch,
  id: PersonId,
  username: string,
  role: Role,
  title: string,
  tryZh: string,
  tryEn: string,
): Candidate {
  const person = directory.people!.find((one) => one.id === id)!
  return { id, username, name: person.name, role, title, tryZh, tryEn }
}
