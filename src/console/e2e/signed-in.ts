import type { Browser, BrowserContext } from 'playwright-core'
import { type DemoPerson, signIn } from './demo-person.ts'

export type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>

/**
 * Each person signs in once; later contexts take the cookies over, for a one-time code counts once only.
 */
export function signedInOnce(browser: Browser, base: string, person: (username: string) => DemoPerson) {
  const states = new Map<string, Promise<StorageState>>()
  async function enter(username: string): Promise<StorageState> {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(base)
    await signIn(page, person(username))
    const state = await context.storageState()
    await context.close()
    return { ...state, origins: [] }
  }
  return (username: string): Promise<StorageState> => {
    const state = states.get(username) ?? enter(username)
    states.set(username, state)
    return state
  }
}
