import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { noBrowser, openBrowser } from './browser.ts'
import { readPeople } from './demo-person.ts'
import { notBuilt, type ServedDemonstration, serveDemonstration } from './served-demonstration.ts'
import { signedInOnce } from './signed-in.ts'

const firstRow = '[data-testid=list] tbody .row-link'

describe('posts other than the treating ones, in a browser', { skip: noBrowser ?? notBuilt ?? false }, () => {
  let served: ServedDemonstration
  let browser: Browser
  let enter: ReturnType<typeof signedInOnce>

  before(async () => {
    served = await serveDemonstration(60)
    browser = await openBrowser()
    enter = signedInOnce(browser, served.base, readPeople(served.people))
  })
  after(async () => {
    await browser?.close()
    await served?.stop()
  })

  async function pageOf(username: string, path: string): Promise<Page> {
    const context = await browser.newContext({ locale: 'zh-CN', storageState: await enter(username) })
    const page = await context.newPage()
    await page.goto(new URL(path, served.base).href)
    return page
  }
  const textOf = async (page: Page, id: string) => (await page.getByTestId(id).first().textContent()) ?? ''

  for (const [office, purpose] of [
    ['quality', '质量控制'],
    ['affairs', '医院管理'],
  ] as const) {
    test(`${office} finds a patient and opens the record under the purpose of the post, with the name masked`, async () => {
      const page = await pageOf(office, '/patients')
      await page.getByTestId('empty').waitFor()
      assert.equal(await page.getByRole('tab').count(), 0, 'an office has no patients of its own')
      await page.getByTestId('search').fill('王')
      await page.keyboard.press('Enter')
      await page.locator(firstRow).first().click()
      await page.locator('.record').waitFor()
      assert.match((await page.locator('.dossier-head .patient-name').first().textContent()) ?? '', /\*/)
      await page.locator('.dossier-head').getByTestId('receipt-chip').waitFor()
      assert.match(await textOf(page, 'receipt-chip'), new RegExp(purpose))
      await page.getByTestId('timeline-line').first().waitFor()
    })
  }

  test('the record room opens the record of a patient by name', async () => {
    const page = await pageOf('records', '/patients?q=王')
    await page.locator(firstRow).first().click()
    await page.locator('.record').waitFor()
    assert.match((await page.locator('.dossier-head .patient-name').first().textContent()) ?? '', /^王[^*]+$/)
    assert.equal(await page.getByTestId('who-has-looked').count(), 0)
  })

  test('a trainee begins with the teaching cases, and a search for others is refused in words', async () => {
    const page = await pageOf('trainee', '/')
    await page.getByRole('tab', { name: '带教病例' }).waitFor()
    assert.equal(await page.getByRole('tab').count(), 1)
    await page.locator(firstRow).first().waitFor()
    await page.getByTestId('search').fill('王')
    await page.keyboard.press('Enter')
    await page.getByTestId('refused').waitFor()
    assert.match(await textOf(page, 'refused'), /轮转.*带教老师指定病例/)
  })

  test('a nurse is not offered who has looked, and is told the true reason at its address', async () => {
    const page = await pageOf('nurse', '/patients?group=ward')
    await page.locator(firstRow).first().click()
    await page.locator('.record').waitFor()
    await page.getByTestId('why-button').first().waitFor()
    assert.equal(await page.getByTestId('who-has-looked').count(), 0)
    await page.goto(`${page.url()}/uses`)
    await page.getByTestId('refused').waitFor()
    assert.match(await textOf(page, 'refused'), /主管与诊疗组医师.*纪检监察室.*trace-closed/)
  })

  test('a head begins with the trace of the own department, medical affairs with the question for a patient', async () => {
    const head = await pageOf('head', '/trace')
    await head.locator(firstRow).first().waitFor()
    assert.notEqual(await head.locator('#trace-department').inputValue(), '')
    const affairs = await pageOf('affairs', '/trace')
    await affairs.getByTestId('empty').waitFor()
    assert.equal(await affairs.getByTestId('refused').count(), 0)
    await affairs.goto(`${new URL(affairs.url()).origin}/patients?q=王`)
    await affairs.locator(firstRow).first().click()
    await affairs.getByTestId('who-has-looked').click()
    await affairs.locator(firstRow).first().waitFor()
  })

  test('a physician of the ward reads who has looked', async () => {
    const page = await pageOf('doctor', '/patients?group=ward')
    await page.locator(firstRow).first().click()
    await page.getByTestId('who-has-looked').click()
    await page.locator(firstRow).first().waitFor()
  })
})
