import { type Database, InvalidInput, type Queryable } from '../kernel/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Operator } from './operator.ts'
import { floorMonths, periodSources, type RetentionPeriod } from './period.ts'

export async function readPeriods(database: Queryable): Promise<readonly RetentionPeriod[]> {
  return await database.query<RetentionPeriod>(
    `select care_class as "careClass", record_type as "recordType", months from retention_period
     order by array_position(array['outpatient', 'inpatient', 'psychiatric', 'no-patient'], care_class), record_type`,
  )
}

export interface PeriodChange {
  readonly database: Database
  readonly ledger: Ledger
  readonly period: RetentionPeriod
  readonly operator: Operator
}

/**
 * Sets a period, with its entry in the ledger, in one transaction.
 * @throws {InvalidInput} below the floor of its class: what a rule demands is no setting.
 */
export async function setPeriod({ database, ledger, period, operator }: PeriodChange): Promise<void> {
  const { careClass, recordType, months } = period
  if (!Number.isInteger(months) || months < floorMonths[careClass] || months > 12_000) {
    const { zh, en } = periodSources[careClass]
    throw new InvalidInput([{ field: 'months', rule: 'floor', zh: `期限不符：${zh}`, en: `not a period: ${en}` }])
  }
  if (recordType !== '*' && !/^[A-Z][A-Za-z]{1,63}$/.test(recordType)) {
    throw new InvalidInput([
      { field: 'recordType', rule: 'type', zh: '须为 FHIR 资源类型或 *', en: 'must be a FHIR resource type, or *' },
    ])
  }
  await database.transaction(async (tx) => {
    const [before] = await tx.query<{ months: number }>(
      'select months from retention_period where care_class = $1 and record_type = $2 for update',
      [careClass, recordType],
    )
    await tx.query(
      `insert into retention_period (care_class, record_type, months) values ($1, $2, $3)
       on conflict (care_class, record_type) do update set months = excluded.months`,
      [careClass, recordType, months],
    )
    const detail = {
      event: 'retention-period',
      careClass,
      recordType,
      months,
      before: before?.months ?? null,
      operator,
    }
    await ledger.recordWithin(tx, [{ kind: 'configuration-change', outcome: 0, detail }])
  })
}
