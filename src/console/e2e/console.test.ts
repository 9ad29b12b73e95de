import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { seriousFindings } from './accessibility.ts'
import { noBrowser, openBrowser } from './browser.ts'
import { type DemoPerson, readPeople, signIn } from './demo-person.ts'
import { notBuilt, type ServedDemonstration, serveDemonstration } from './served-demonstration.ts'
import { signedInOnce } from './signed-in.ts'
import { openStranger, reach, stations } from './station.ts'

const skip = noBrowser ?? notBuilt ?? false
const firstRow = '[data-testid=list] tbody .row-link'

describe('the console in a browser', { skip }, () => {
  let served: ServedDemonstration
  let browser: Browser
  let person: (username: string) => DemoPerson
  let enter: ReturnType<typeof signedInOnce>

  before(async () => {
    served = await serveDemonstration(60)
    browser = await openBrowser()
    person = readPeople(served.people)
    enter = signedInOnce(browser, served.base, person)
  })
  after(async () => {
    await browser?.close()
    await served?.stop()
  })

  /** A page of a person's own, in Chinese unless told otherwise; it closes with the browser. */
  async function pageOf(username: string | undefined, path: string, language = 'zh'): Promise<Page> {
    const state = username === undefined ? undefined : await enter(username)
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
      ...(state ? { storageState: state } : {}),
    })
    await context.addInitScript((chosen) => {
      if (!localStorage.getItem('chartward.language')) localStorage.setItem('chartward.language', chosen)
    }, language)
    const page = await context.newPage()
    await page.goto(new URL(path, served.base).href)
    return page
  }

  test('a wrong password is told with what, why and what now, and the field is ready again', async () => {
    const page = await pageOf(undefined, '/')
    await page.locator('input[name=username]').fill('doctor')
    await page.locator('input[name=password]').fill('wrong')
    await page.locator('form button[type=submit]').click()
    const refused = page.getByTestId('refused')
    await refused.waitFor()
    assert.match((await refused.textContent()) ?? '', /wrong-credentials/)
    assert.equal(await page.locator('input[name=password]').inputValue(), '')
    assert.equal(await page.locator('input[name=username]').inputValue(), 'doctor')
  })

  test('a demonstration person is picked, and only the user name is filled in', async () => {
    const page = await pageOf(undefined, '/')
    await page.getByTestId('demo-people').getByRole('button').first().click()
    assert.notEqual(await page.locator('input[name=username]').inputValue(), '')
    assert.equal(await page.locator('input[name=password]').inputValue(), '')
  })

  test('signing in comes back to the page that was asked for', async () => {
    const page = await pageOf(undefined, '/policies?effect=forbid')
    await signIn(page, person('quality'))
    await page.getByTestId('policy').first().waitFor()
    assert.match(page.url(), /\/policies\?effect=forbid$/)
  })

  test('a doctor is two taps from the record of a patient of the ward, and sees receipt and reason', async () => {
    const page = await pageOf('doctor', '/')
    await page.getByTestId('tab-ward').click()
    await page.locator(firstRow).first().click()
    await page.locator('.record').waitFor()
    await page.getByTestId('receipt-chip').first().waitFor()
    await page.getByTestId('why-button').first().click()
    await page.getByTestId('why-panel').waitFor()
    assert.ok((await page.locator('.why-grounds > li').count()) > 0)
    await page.keyboard.press('Escape')
    await page.getByTestId('why-panel').waitFor({ state: 'detached' })
  })

  test('a stranger’s record asks for purpose and reason first; turning back opens nothing', async () => {
    const page = await pageOf('doctor', '/patients?q=王')
    await openStranger(page)
    const address = page.url()
    await page.getByTestId('proceed').click()
    assert.ok((await page.locator('.field-wrong').count()) > 0)
    await page.getByTestId('turn-back').click()
    await page.waitForURL('**/patients')

    await page.goto(address)
    await page.locator('.choice').filter({ hasText: '诊疗' }).first().click()
    await page.locator('.choice').filter({ hasText: '即将接收' }).click()
    await page.getByTestId('proceed').click()
    await page.locator('.record').waitFor()
    await page.getByTestId('receipt-chip').first().waitFor()
  })

  test('a reason that needs words is not accepted without them', async () => {
    const page = await pageOf('oncall', '/patients?q=李')
    await openStranger(page)
    await page.locator('.choice').filter({ hasText: '诊疗' }).first().click()
    await page.locator('.choice').filter({ hasText: '同事口头请求会诊' }).click()
    await page.getByTestId('proceed').click()
    await page.locator('.field-wrong textarea').waitFor()
  })

  test('a room that is not one’s own is refused with its trace, and does not stand in the navigation', async () => {
    const page = await pageOf('doctor', '/trace')
    await page.getByTestId('refused').waitFor()
    assert.equal(await page.getByTestId('room-trace').count(), 0)
    assert.match((await page.getByTestId('refused').textContent()) ?? '', /留痕号/)
  })

  test('the inspector finds a release, and the browser itself computes that it stands under the checkpoint', async () => {
    const page = await pageOf('inspector', '/trace?kind=release')
    await page.locator(firstRow).last().click()
    await page.getByTestId('entry').waitFor()
    await page.locator('.entry .state-good').filter({ hasText: '已在本机验算' }).waitFor()
    assert.match(page.url(), /kind=release&entry=\d+/)
    await page.keyboard.press('Escape')
    await page.getByTestId('entry').waitFor({ state: 'detached' })
    assert.doesNotMatch(page.url(), /entry=/)
  })

  test('filters of the trace stand in the address and come back from it', async () => {
    const page = await pageOf('inspector', '/trace')
    await page.getByTestId('list').waitFor()
    await page.locator('select[name=kind]').selectOption('sign-in')
    await page.getByTestId('ask').click()
    await page.waitForURL('**/trace?kind=sign-in')
    await page.reload()
    await page.getByTestId('list').waitFor()
    assert.equal(await page.locator('select[name=kind]').inputValue(), 'sign-in')
  })

  test('rare filters stand behind a fold, and open by themselves where one is in force', async () => {
    const page = await pageOf('inspector', '/trace')
    assert.equal(await page.locator('input[name=session]').count(), 0)
    await page.getByTestId('more-filters').click()
    await page.locator('input[name=receipt]').fill('0')
    await page.getByTestId('ask').click()
    await page.waitForURL('**/trace?receipt=0')
    // The rows of the question before go, and then the answer comes.
    for (let wait = 0; wait < 200 && (await page.locator(firstRow).count()) !== 1; wait++) {
      await page.waitForTimeout(50)
    }
    assert.equal(await page.locator(firstRow).count(), 1)
    assert.equal(await page.locator('input[name=receipt]').inputValue(), '0')
  })

  test('a question is kept, asked again by one tap, removed, and brought back', async () => {
    const page = await pageOf('inspector', '/trace?kind=sign-in&outcome=0')
    await page.getByTestId('keep-question').click()
    await page.getByTestId('keep').click()
    await page.locator('.field-wrong input[name=question-name]').waitFor()
    await page.locator('input[name=question-name]').fill('登录成功')
    await page.getByTestId('keep').click()
    const kept = page.locator('.saved-question').filter({ hasText: '登录成功' })
    await kept.waitFor()
    await page.goto(new URL('/trace', served.base).href)
    await kept.locator('button').first().click()
    await page.waitForURL('**/trace?kind=sign-in&outcome=0')
    await kept.locator('.saved-question-change').click()
    await page.getByTestId('remove-question').click()
    await kept.waitFor({ state: 'detached' })
    await page.getByTestId('undo-remove').click()
    await kept.waitFor()
  })

  test('an export asks why, shows how far it is, and gives a file with its receipt; a proof can be taken too', async () => {
    const page = await pageOf('inspector', '/trace?kind=sign-in')
    await page.getByTestId('export').click()
    assert.match((await page.getByTestId('export-question').textContent()) ?? '', /登录/)
    await page.getByTestId('start-export').click()
    assert.equal(await page.locator('.export .field-wrong').count(), 2, 'reason and case')
    await page.locator('.choice').filter({ hasText: '证明包' }).click()
    await page.locator('.choice').filter({ hasText: '纪检核查' }).click()
    await page.locator('textarea[name=export-text]').fill('信访〔2026〕7 号')
    await page.getByTestId('start-export').click()
    const fetched = page.waitForEvent('download')
    await page.getByTestId('fetch-export').first().click()
    assert.match((await fetched).suggestedFilename(), /^chartward-\d+\.json$/)
    await page.getByTestId('stop-export').first().click()
    await page.locator('[data-testid=export-one][data-state=stopped]').first().waitFor()

    await page.goto(new URL('/trace?kind=sign-in', served.base).href)
    await page.locator(firstRow).last().click()
    const proof = page.waitForEvent('download')
    await page.getByTestId('tlog-proof').click()
    assert.match((await proof).suggestedFilename(), /^receipt-\d+\.tlog-proof$/)
  })

  test('the keyboard goes to search, to rooms and to help', async () => {
    const page = await pageOf('doctor', '/today')
    await page.getByTestId('user-menu').waitFor()
    await page.keyboard.press('/')
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-testid')), 'search')
    await page.keyboard.type('g')
    assert.equal(await page.getByTestId('search').inputValue(), 'g')
    await page.keyboard.press('Escape')
    await page.keyboard.press('g')
    await page.keyboard.press('l')
    await page.waitForURL('**/policies')
    await page.keyboard.press('?')
    await page.locator('.keys').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.keys').waitFor({ state: 'detached' })
  })

  test('the language changes everything at once and is kept', async () => {
    const page = await pageOf('doctor', '/my-uses')
    await page.getByTestId('language').click()
    await page.getByRole('heading', { name: 'My access' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'My access' }).waitFor()
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en')
  })

  test('when the session ends, sign-in stands at the same address', async () => {
    const page = await pageOf('doctor', '/my-uses')
    await page.getByTestId('list').waitFor()
    await page.context().clearCookies()
    await page.getByTestId('room-patients').click()
    await page.locator('input[name=username]').waitFor()
    assert.match(page.url(), /\/patients$/)
  })

  test('who signs in next at the same window sees nothing that was read for the one before', async () => {
    const page = await pageOf('doctor', '/my-uses')
    await page.getByTestId('list').waitFor()
    await page.context().clearCookies()
    await page.getByTestId('room-patients').click()
    await page.locator('input[name=username]').waitFor()
    await signIn(page, person('nurse'))
    const asked = page.waitForResponse('**/api/uses/mine')
    await page.getByTestId('room-my-uses').click()
    await asked
    await page.locator('[data-testid=list], [data-testid=empty]').first().waitFor()
    assert.equal(await page.locator('.user-menu-name').textContent(), person('nurse').name)
  })

  test('no page has a serious accessibility finding, or is wider than a phone', async () => {
    const findings: string[] = []
    for (const station of stations) {
      const state = station.as ? await enter(station.as) : undefined
      const context = await browser.newContext({
        viewport: { width: 390, height: 844 },
        reducedMotion: 'reduce',
        ...(state ? { storageState: state } : {}),
      })
      const page = await context.newPage()
      await reach(page, served.base, station)
      findings.push(...(await seriousFindings(page)).map((finding) => `${station.name}: ${finding}`))
      const overflows = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
      if (overflows) findings.push(`${station.name}: wider than the window`)
      await context.close()
    }
    assert.deepEqual(findings, [])
  })
})
