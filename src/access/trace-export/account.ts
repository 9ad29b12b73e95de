import type { PersonId } from '../../kernel/index.ts'
import type { RecordedPermit, TraceRow } from '../../ledger/index.ts'
import type { FhirResource } from '../../records/index.ts'
import { maskIdentity } from '../mask-identity.ts'
import { nameOf } from '../patient-row.ts'
import { namesOfPatients } from '../patients-named.ts'
import type { ExportAccount, ExportDesk } from './export-order.ts'
import type { Names } from './exported-use.ts'

/** Who asked for what, under which roof, as it stands at the head of every format. */
export async function accountOf(
  given: Pick<ExportAccount, 'use' | 'receipt' | 'parts' | 'trees'> & { readonly desk: ExportDesk },
): Promise<ExportAccount> {
  const { desk, ...rest } = given
  const [institution, asker] = await Promise.all([
    desk.directory.institution(),
    desk.directory.person(given.use.caller.person),
  ])
  return {
    ...rest,
    institution: institution?.name ?? '—',
    timeZone: institution?.timeZone ?? 'Asia/Shanghai',
    origin: desk.origin,
    asker: {
      name: asker?.name ?? given.use.caller.person,
      staffNumber: asker?.staffNumber ?? '',
      posts: (asker?.posts ?? []).map((post) => `${post.departmentName} ${post.title}`),
    },
  }
}

/** Looks names up once for the whole file: people and departments in the directory, patients masked in the records. */
export function nameBook(desk: ExportDesk, permit: RecordedPermit) {
  const people = new Map<string, string>()
  const patients = new Map<string, string>()
  const departments = desk.directory
    .departments()
    .then((all) => new Map(all.map((one) => [one.id as string, one.name])))
  return {
    async namesFor(rows: readonly TraceRow[]): Promise<Names> {
      const wanted = rows.flatMap(({ entry: { actor } }) => [actor?.person, actor?.onBehalfOf])
      for (const id of new Set(wanted)) {
        if (id !== undefined && !people.has(id)) {
          const found = await desk.directory.person(id as PersonId)
          people.set(id, found ? `${found.name}（${found.staffNumber}）` : id)
        }
      }
      const unnamed = rows.flatMap(({ entry }) => entry.patient ?? []).filter((id) => !patients.has(id))
      for (const [id, resource] of await namesOfPatients(desk, permit, [...new Set(unnamed)])) {
        patients.set(id, nameOf(maskIdentity(JSON.parse(resource) as FhirResource)))
      }
      const byId = await departments
      return {
        person: (id) => people.get(id) ?? id,
        department: (id) => byId.get(id) ?? id,
        patient: (id) => patients.get(id) ?? id,
      }
    },
  }
}

/** Names for one page of a question whose patients are known already. */
export async function namesFrom(
  { directory }: Pick<ExportDesk, 'directory'>,
  rows: readonly TraceRow[],
  patients: ReadonlyMap<string, string>,
): Promise<Names> {
  const ids = new Set(rows.flatMap(({ entry: { actor } }) => [actor?.person, actor?.onBehalfOf]))
  const people = new Map<string, string>()
  for (const id of ids) if (id !== undefined) people.set(id, (await directory.person(id))?.name ?? id)
  const departments = new Map((await directory.departments()).map((one) => [one.id as string, one.name]))
  return {
    person: (id) => people.get(id) ?? id,
    department: (id) => departments.get(id) ?? id,
    patient: (id) => patients.get(id) ?? id,
  }
}
