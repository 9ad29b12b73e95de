import type { AgreementEntry, DirectoryBatch, PersonEntry, PostEntry, TicketEntry } from '../directory/index.ts'
import type { PersonId } from '../kernel/index.ts'
import { dateOfDay, day, hour } from './calendar.ts'
import { chance } from './chance.ts'
import { givenName } from './person.ts'
import { teamOf, type World } from './world.ts'

/** Outside engineers: a firm, its two agreements, and tickets that say what is to be done, when, and for whom. */
const firms = [
  { key: 'his', name: '东川医疗信息股份有限公司', system: 'HIS', categories: ['encounter', 'order', 'schedule'] },
  { key: 'pacs', name: '明镜影像技术有限公司', system: 'PACS', categories: ['imaging', 'image'] },
  { key: 'lis', name: '和检科技有限公司', system: 'LIS', categories: ['laboratory'] },
] as const
const engineersPerFirm = 2

export function makeVendors(
  world: World,
): Required<Pick<DirectoryBatch, 'vendors' | 'people' | 'agreements' | 'posts' | 'tickets'>> {
  const people: PersonEntry[] = []
  const agreements: AgreementEntry[] = []
  const posts: PostEntry[] = []
  const tickets: TicketEntry[] = []
  const sponsors = teamOf(world, 'information-centre').others
  const place = world.department.get('information-centre')!.id
  for (const [firmAt, firm] of firms.entries()) {
    const from = world.end - (120 + firmAt * 30) * day
    const until = from + 365 * day
    const engineers = Array.from({ length: engineersPerFirm }, (_, at) => {
      const number = String(firmAt * engineersPerFirm + at + 1).padStart(6, '0')
      const draw = chance(world.seed, 'vendor', number)
      const person: PersonEntry = {
        id: `ve-${number}` as PersonId,
        staffNumber: `VE${number}`,
        name: world.book.surname(draw.next()) + givenName(world.book, 'male', 1990, 0, draw),
        sex: 'male',
        population: 'vendor',
        vendor: `vendor-${firm.key}`,
      }
      return person
    })
    people.push(...engineers)
    const named = engineers.map((engineer) => ({ person: engineer.id, confirmedAt: from - day }))
    const common = {
      vendor: `vendor-${firm.key}`,
      signedOn: dateOfDay(Math.floor((from - 2 * day) / day)),
      from,
      until,
      people: named,
    }
    agreements.push(
      {
        ...common,
        id: `confidentiality-${firm.key}`,
        kind: 'confidentiality',
        title: `${firm.system}运维人员保密协议`,
      },
      {
        ...common,
        id: `authorization-${firm.key}`,
        kind: 'authorization',
        title: `${firm.system}运维授权协议`,
        systems: [firm.system],
        categories: [...firm.categories],
        purposes: ['MAINT'],
      },
    )
    for (const [at, engineer] of engineers.entries()) {
      posts.push({
        id: `post-${engineer.id}`,
        person: engineer.id,
        role: 'vendor-engineer',
        title: `${firm.system}驻场工程师`,
        department: place,
        from,
        until,
      })
      const ticket = (name: string, title: string, opens: number, closes: number): TicketEntry => ({
        id: `ticket-${firm.key}-${at + 1}-${name}`,
        person: engineer.id,
        agreement: `authorization-${firm.key}`,
        sponsor: sponsors[(firmAt + at) % sponsors.length]!.id,
        title,
        systems: [firm.system],
        categories: [...firm.categories],
        from: opens,
        until: closes,
      })
      tickets.push(ticket('past', `${firm.system}例行巡检`, world.end - 40 * day, world.end - 40 * day + 8 * hour))
      // The first engineer of each firm has work to do now; the other has none.
      if (at === 0)
        tickets.push(ticket('open', `${firm.system}数据显示异常排查`, world.end - 8 * hour, world.end + 7 * day))
    }
  }
  return {
    vendors: firms.map((firm) => ({ id: `vendor-${firm.key}`, name: firm.name })),
    people,
    agreements,
    posts,
    tickets,
  }
}
