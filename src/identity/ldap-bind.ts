import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { Client, EqualityFilter, ResultCodeError, SizeLimitExceededError } from 'ldapts'
import { IdentityFailure } from './errors.ts'
import type { LdapConfiguration } from './identity-configuration.ts'

const timeoutMs = 5_000

/**
 * RFC 4511 appendix A.1: what directories answer to a wrong, locked or expired password. 19 constraintViolation,
 * 32 noSuchObject, 48 inappropriateAuthentication, 49 invalidCredentials, 50 insufficientAccessRights,
 * 53 unwillingToPerform. Anything else says nothing about the password.
 */
const resultsThatMeanNo = new Set([19, 32, 48, 49, 50, 53])

/**
 * Search for the person with our own account, then bind as what was found. Trusted for: this password belongs to this
 * staff number. Not for: what the person may do, or even that we know them.
 * @returns the staff number, or undefined when name or password are wrong.
 * @throws {IdentityFailure} `ldap-unavailable`
 */
export async function proveByLdap(
  configuration: LdapConfiguration,
  username: string,
  password: string,
): Promise<string | undefined> {
  // RFC 4513 §5.1.2: a bind with an empty password succeeds without proving anything.
  if (password === '' || username === '') return undefined
  const person = await findPerson(configuration, username)
  return withClient(configuration, async (client) => {
    try {
      // A name that is not there is bound as well, so that the answer takes as long.
      await client.bind(
        person?.dn ?? `${configuration.userAttribute}=${randomUUID()},${configuration.baseDn}`,
        password,
      )
      return person?.staffNumber
    } catch (error) {
      if (error instanceof ResultCodeError && resultsThatMeanNo.has(error.code)) return undefined
      throw error
    }
  })
}

async function findPerson(
  configuration: LdapConfiguration,
  username: string,
): Promise<{ readonly dn: string; readonly staffNumber: string } | undefined> {
  return withClient(configuration, async (client) => {
    await client.bind(configuration.bindDn, configuration.bindPassword)
    const { searchEntries } = await search(client, configuration.baseDn, {
      scope: 'sub',
      // As a value of its own in the message, never as text of a filter: nothing in it can be a wildcard or a bracket.
      filter: new EqualityFilter({ attribute: configuration.userAttribute, value: username }),
      attributes: [configuration.staffNumberAttribute],
      sizeLimit: 2,
      timeLimit: timeoutMs / 1000,
    })
    if (searchEntries.length !== 1) return undefined
    const entry = searchEntries[0]!
    const staffNumber = entry[configuration.staffNumberAttribute]
    return typeof staffNumber === 'string' && staffNumber !== '' ? { dn: entry.dn, staffNumber } : undefined
  })
}

/** Two people of one name: neither can be told from the other. */
async function search(client: Client, ...question: Parameters<Client['search']>): ReturnType<Client['search']> {
  try {
    return await client.search(...question)
  } catch (error) {
    if (error instanceof SizeLimitExceededError) return { searchEntries: [], searchReferences: [] }
    throw error
  }
}

async function withClient<Result>(
  configuration: LdapConfiguration,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const tlsOptions: ConnectionOptions = {
    minVersion: 'TLSv1.2',
    ...(isIP(new URL(configuration.url).hostname) === 0 && { servername: new URL(configuration.url).hostname }),
    ...(configuration.caFile !== undefined && { ca: await readFile(configuration.caFile) }),
  }
  const secure = configuration.url.startsWith('ldaps:')
  const client = new Client({
    url: configuration.url,
    timeout: timeoutMs,
    connectTimeout: timeoutMs,
    ...(secure && { tlsOptions }),
  })
  try {
    if (configuration.startTls) await client.startTLS(tlsOptions)
    return await work(client)
  } catch (cause) {
    throw new IdentityFailure('ldap-unavailable', 'the LDAP directory does not answer as it should', { cause })
  } finally {
    await client.unbind().catch(() => {})
  }
}
