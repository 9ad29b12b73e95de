import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { noBrowser, openBrowser } from './browser.ts'
import { readPeople } from './demo-person.ts'
import { notBuilt, type ServedDemonstration, serveDemonstration } from './served-demonstration.ts'
import { signedInOnce } from './signed-in.ts'

const built = fileURLToPath(new URL('../../../dist/console', import.meta.url))
const largestFirstLoad = 250_000

describe('the script of a first load, as it is compressed', { skip: noBrowser ?? notBuilt ?? false }, () => {
  let served: ServedDemonstration
  let browser: Browser
  let state: Awaited<ReturnType<ReturnType<typeof signedInOnce>>>

  before(async () => {
    served = await serveDemonstration(30)
    browser = await openBrowser()
    state = await signedInOnce(browser, served.base, readPeople(served.people))('doctor')
  })
  after(async () => {
    await browser?.close()
    await served?.stop()
  })

  /** Bytes of gzip of every script that a fresh browser fetches until the page stands. */
  async function scriptOf(path: string, landmark: string, signedIn: boolean): Promise<number> {
    const context = await browser.newContext({ locale: 'zh-CN', ...(signedIn ? { storageState: state } : {}) })
    const page = await context.newPage()
    const scripts = new Set<string>()
    page.on('response', (response) => {
      const { pathname } = new URL(response.url())
      if (pathname.endsWith('.js')) scripts.add(pathname)
    })
    await page.goto(new URL(path, served.base).href)
    await page.locator(landmark).first().waitFor()
    await page.waitForLoadState('networkidle')
    await context.close()
    return [...scripts].reduce(
      (sum, script) => sum + gzipSync(readFileSync(`${built}${script}`), { level: 9 }).length,
      0,
    )
  }

  async function ownPatient(): Promise<string> {
    const context = await browser.newContext({ storageState: state })
    const mine = await context.request.get(new URL('/api/patients/mine?group=ward', served.base).href)
    const { rows }: { rows: readonly { id: string }[] } = await mine.json()
    await context.close()
    return rows[0]?.id ?? assert.fail('the doctor has no patient on the ward')
  }

  for (const [name, landmark] of [
    ['sign-in', 'input[name=username]'],
    ['today', '[data-testid=list]'],
    ['record', '[data-testid=who-has-looked]'],
  ] as const) {
    test(`${name} needs at most ${largestFirstLoad / 1000} kB`, async (context) => {
      const path = name === 'sign-in' ? '/' : name === 'today' ? '/today' : `/patients/${await ownPatient()}`
      const bytes = await scriptOf(path, landmark, name !== 'sign-in')
      context.diagnostic(`${name}: ${(bytes / 1000).toFixed(1)} kB`)
      assert.ok(bytes > 50_000, 'scripts were counted')
      assert.ok(bytes <= largestFirstLoad, `${bytes} bytes`)
    })
  }
})
