import type { Database, Queryable } from '../kernel/index.ts'
import type { Counters } from './counters.ts'

/**
 * A database that counts what is sent to it, before and after: for the store, whose statements alone may touch the
 * tables of records.
 */
export function metered(database: Database, counters: Counters): Database {
  const asked = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    counters.sentStatement()
    try {
      return await work()
    } finally {
      counters.sentStatement()
    }
  }
  const queryOf =
    (target: Queryable): Queryable['query'] =>
    (statement, values) =>
      asked(() => target.query(statement, values))
  return {
    ...database,
    query: queryOf(database),
    transaction: (work) => database.transaction((tx) => work({ client: tx.client, query: queryOf(tx) })),
  }
}
