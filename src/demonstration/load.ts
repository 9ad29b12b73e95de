import { loadCare } from '../authority/index.ts'
import { loadDirectory } from '../directory/index.ts'
import type { Identity } from '../identity/index.ts'
import type { Clock, Database, Transaction } from '../kernel/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { careOf, type FhirResource, loadRecords, settleStatistics } from '../records/index.ts'
import { demoPeopleAreWritten, enrolDemoPeople } from './demo-people.ts'
import { type GeneratedHospital, generateHospital, patientRecords } from './hospital.ts'
import { hospitalRecords } from './hospital-record.ts'
import { parameters } from './parameters.ts'

export interface DemonstrationOptions {
  readonly database: Database
  readonly identity: Identity
  readonly ledger: Ledger
  readonly clock: Clock
  /** Where `demo-people.json` is written. */
  readonly dataDir: string
  readonly patients: number
  /** With an upstream, records are its own: only the directory and the people are made here. */
  readonly records?: { readonly kind: 'own' | 'upstream' }
  readonly onStep?: (words: readonly [zh: string, en: string]) => void
  readonly onProgress?: (patientsDone: number, patients: number) => void
}

export interface DemonstrationLoad {
  /** Records written by this call; 0 when everything was there. */
  readonly records: number
  readonly patients: number
}

/**
 * Fills an empty Chartward with the generated hospital. Again: nothing happens. After an interruption: what is missing
 * is generated again and loaded, part by part, each part in one transaction with its mark.
 */
export async function loadDemonstration(options: DemonstrationOptions): Promise<DemonstrationLoad> {
  const begun = (await readMark(options.database)) ?? (await begin(options))
  if (begun.finished && demoPeopleAreWritten(options.dataDir)) return { records: 0, patients: begun.patients }
  const hospital = generateHospital(parameters, begun)
  const records = begun.finished || options.records?.kind === 'upstream' ? 0 : await loadParts(options, begun, hospital)
  if (!demoPeopleAreWritten(options.dataDir)) {
    options.onStep?.(['演示人员', 'demonstration people'])
    await enrolDemoPeople(hospital, options.identity, options.dataDir, options.clock.now())
  }
  if (!begun.finished) await finish(options, begun, records)
  return { records, patients: begun.patients }
}

interface Mark {
  readonly seed: string
  readonly patients: number
  readonly endsAt: number
  readonly partPatients: number
  readonly finished: boolean
}

async function readMark(database: Database): Promise<Mark | undefined> {
  const [row] = await database.query<Mark>(
    `select seed, patients, epoch_ms(ends_at) as "endsAt", part_patients as "partPatients",
       finished_at is not null as finished
     from demonstration`,
  )
  return row
}

/** About as many records as one COPY takes well. */
const partPatients = 50

async function begin(options: DemonstrationOptions): Promise<Mark> {
  options.onStep?.(['演示医院：科室与人员', 'demonstration hospital: departments and people'])
  const mark: Mark = {
    seed: parameters.seed,
    patients: options.patients,
    endsAt: options.clock.now(),
    partPatients,
    finished: false,
  }
  const { directory } = generateHospital(parameters, mark)
  await options.database.transaction(async (tx) => {
    await loadDirectory(tx, directory)
    await tx.query(
      `insert into demonstration (seed, patients, ends_at, part_patients, begun_at)
       values ($1, $2, to_timestamp($3::bigint / 1000.0), $4, to_timestamp($3::bigint / 1000.0))`,
      [mark.seed, mark.patients, mark.endsAt, mark.partPatients],
    )
    await options.ledger.recordWithin(
      tx,
      [
        {
          kind: 'import',
          channel: 'batch',
          outcome: 0,
          detail: {
            event: 'demonstration-directory',
            people: directory.people?.length ?? 0,
            departments: directory.departments?.length ?? 0,
            rosters: directory.rosters?.length ?? 0,
          },
        },
      ],
      { raisesEpoch: true },
    )
  })
  return mark
}

/** Two parts at a time: while the database takes one in, the next is written. */
async function loadParts(options: DemonstrationOptions, mark: Mark, hospital: GeneratedHospital): Promise<number> {
  options.onStep?.(['演示医院：患者与病历', 'demonstration hospital: patients and records'])
  const rows = await options.database.query<{ part: number }>('select part from demonstration_part')
  const done = new Set(rows.map((row) => row.part))
  const parts = Math.ceil(mark.patients / mark.partPatients)
  const names = new Map(hospital.world.departments.map((department) => [department.id as string, department.name]))
  let records = 0
  let next = 0
  let partsDone = 0
  const lane = async (): Promise<void> => {
    while (next <= parts) {
      const part = next++
      if (!done.has(part)) {
        const loaded = await options.database.transaction((tx) => loadPart(tx, mark, hospital, part, names))
        records += loaded
      }
      partsDone++
      options.onProgress?.(Math.min(mark.patients, Math.max(0, partsDone - 1) * mark.partPatients), mark.patients)
    }
  }
  // Both lanes have stopped, well or not, before the caller hears of it.
  const lanes = await Promise.allSettled([lane(), lane()])
  for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason
  return records
}

async function loadPart(
  tx: Transaction,
  mark: Mark,
  hospital: GeneratedHospital,
  part: number,
  departmentNames: ReadonlyMap<string, string>,
): Promise<number> {
  const resources = part === 0 ? [...hospitalRecords(hospital.world)] : [...recordsOfPart(mark, hospital, part)]
  await loadRecords(tx, resources, { keepVersions: true, departmentNames })
  const statements = resources.map((resource) => careOf(resource, Date.parse(resource.meta?.lastUpdated ?? '')))
  await loadCare(tx, {
    relations: statements.flatMap((one) => one.relations),
    stays: statements.flatMap((one) => one.stays),
  })
  await tx.query('insert into demonstration_part (part, records) values ($1, $2)', [part, resources.length])
  return resources.length
}

function* recordsOfPart(mark: Mark, hospital: GeneratedHospital, part: number): Generator<FhirResource> {
  const from = (part - 1) * mark.partPatients
  const until = Math.min(mark.patients, from + mark.partPatients)
  for (let index = from; index < until; index++) yield* patientRecords(hospital.world, index)
}

async function finish(options: DemonstrationOptions, mark: Mark, records: number): Promise<void> {
  await settleStatistics(options.database)
  await options.database.query('analyze')
  await options.database.transaction(async (tx) => {
    await tx.query('update demonstration set finished_at = to_timestamp($1::bigint / 1000.0)', [options.clock.now()])
    await options.ledger.recordWithin(
      tx,
      [
        {
          kind: 'import',
          channel: 'batch',
          outcome: 0,
          detail: { event: 'demonstration-records', patients: mark.patients, records },
        },
      ],
      { raisesEpoch: true },
    )
  })
}
