import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { withholdPart } from '../../access/withhold.ts'
import type { FhirResource } from '../../records/index.ts'
import { seriousFindings } from './accessibility.ts'
import { noBrowser, openBrowser } from './browser.ts'
import { readPeople } from './demo-person.ts'
import { recordStations } from './record-station.ts'
import { notBuilt, type ServedDemonstration, serveDemonstration } from './served-demonstration.ts'
import { signedInOnce } from './signed-in.ts'
import { reach } from './station.ts'

const skip = noBrowser ?? notBuilt ?? false
const line = '[data-testid=timeline-line]'

interface Row {
  readonly id: string
}
interface Resource {
  readonly id: string
  readonly meta?: { readonly versionId?: string }
  readonly subject?: { readonly reference: string }
  readonly author?: readonly { readonly reference?: string }[]
  readonly section?: readonly { readonly text?: { readonly div: string } }[]
}

describe('the record in a browser', { skip }, () => {
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

  async function pageOf(username: string, viewport = { width: 1440, height: 900 }): Promise<Page> {
    const context = await browser.newContext({
      viewport,
      reducedMotion: 'reduce',
      locale: 'zh-CN',
      storageState: await enter(username),
    })
    const page = await context.newPage()
    page.setDefaultTimeout(15_000)
    return page
  }

  async function ask<Answer>(page: Page, path: string): Promise<Answer> {
    const answer = await page.context().request.get(new URL(path, served.base).href, {
      headers: { accept: path.startsWith('/fhir') ? 'application/fhir+json' : 'application/json' },
    })
    assert.ok(answer.ok(), `${path}: ${answer.status()}`)
    return (await answer.json()) as Answer
  }

  const search = async (page: Page, question: string): Promise<readonly Resource[]> =>
    ((await ask<{ entry?: readonly { resource: Resource }[] }>(page, `/fhir/${question}`)).entry ?? []).map(
      ({ resource }) => resource,
    )

  const wardPatients = async (page: Page): Promise<readonly Row[]> =>
    (await ask<{ rows: readonly Row[] }>(page, '/api/patients/mine?group=ward')).rows

  const openPage = (page: Page, path: string) => page.goto(new URL(path, served.base).href)

  test('j and k move through the lines, Enter opens, Esc closes and the focus is where it was', async () => {
    const page = await pageOf('doctor')
    const [patient] = await wardPatients(page)
    await openPage(page, `/patients/${patient!.id}`)
    await page.locator(line).nth(2).waitFor()
    for (const key of ['j', 'j', 'j', 'k']) await page.keyboard.press(key)
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-key'))
    const second = await page.locator(line).nth(1).getAttribute('data-key')
    assert.equal(await focused(), second)
    await page.keyboard.press('Enter')
    await page.locator('.reader-body').waitFor()
    assert.match(page.url(), /open=/)
    await page.keyboard.press('Escape')
    await page.getByTestId('reader').waitFor({ state: 'detached' })
    assert.equal(await focused(), second)
    await page.context().close()
  })

  test('every page of a record bears the receipt of its own view', async () => {
    const page = await pageOf('doctor')
    const [patient] = await wardPatients(page)
    await openPage(page, `/patients/${patient!.id}?kinds=document`)
    await page.locator(line).first().click()
    await page.locator('.reader-body').waitFor()
    const receipts = await page.getByTestId('receipt-chip').allTextContents()
    // The head, the time line and the document are three uses, each with a trace of its own.
    assert.equal(new Set(receipts).size, 3)
    await page.context().close()
  })

  test('a filter by kind asks for that kind alone, and stays in the address', async () => {
    const page = await pageOf('doctor')
    const [patient] = await wardPatients(page)
    await openPage(page, `/patients/${patient!.id}`)
    await page.locator(line).first().waitFor()
    const asked: string[] = []
    page.on('request', (request) => {
      const match = /\/fhir\/([A-Z]\w+)\?/.exec(request.url())
      if (match) asked.push(match[1]!)
    })
    await page.getByTestId('kind-document').click()
    await page.waitForURL(/kinds=document/)
    await page.waitForFunction(() => {
      const lines = [...document.querySelectorAll('[data-testid=timeline-line]')]
      return lines.length > 0 && lines.every((item) => item.getAttribute('data-key')?.startsWith('Composition/'))
    })
    assert.deepEqual([...new Set(asked)], ['Composition'])
    await page.context().close()
  })

  test('a section that is withheld says so, why, and what one can do', async () => {
    const page = await pageOf('doctor')
    // What the server makes of a document for a reader whose rights end before its second section.
    await page.route(/\/fhir\/Composition\/[^/?]+$/, async (route) => {
      const answer = await route.fetch()
      await route.fulfill({ response: answer, json: withholdPart((await answer.json()) as FhirResource, '/section/1') })
    })
    const [patient] = await wardPatients(page)
    await openPage(page, `/patients/${patient!.id}?kinds=document`)
    await page.locator(line).first().click()
    const place = page.getByTestId('withheld')
    await place.waitFor()
    assert.equal(await place.count(), 1)
    assert.match((await place.textContent()) ?? '', /没有被删除/)
    await place.getByTestId('why-button').click()
    await page.getByTestId('why-panel').waitFor()
    await page.context().close()
  })

  test('a record that is refused is told with why and what now, and the rest stays readable', async () => {
    const page = await pageOf('doctor')
    const [patient] = await wardPatients(page)
    await openPage(page, `/patients/${patient!.id}?open=Composition/there-is-no-such`)
    await page.locator('.reader [data-testid=failed], .reader [data-testid=refused]').waitFor()
    await page.locator(line).first().waitFor()
    await page.context().close()
  })

  test('a doctor amends a document of their own, and the two versions differ by exactly what was written', async (t) => {
    const page = await pageOf('doctor')
    const session = await ask<{ csrfToken: string; person: { id: string } }>(page, '/api/session')
    const own = (await search(page, 'Composition?_count=200')).find(
      (document) =>
        document.author?.[0]?.reference === `Practitioner/${session.person.id}` && document.section?.[0]?.text,
    )
    if (!own) {
      await page.context().close()
      return t.skip('the doctor has written nothing in so small a hospital')
    }
    const version = Number(own.meta?.versionId)
    const [first, ...rest] = own.section!
    const div = first!.text!.div.replace(/<\/p>/, '，复核无误。</p>')
    const answer = await page.context().request.put(new URL(`/fhir/Composition/${own.id}`, served.base).href, {
      headers: {
        'content-type': 'application/fhir+json',
        'x-csrf-token': session.csrfToken,
        'if-match': `W/"${version}"`,
      },
      data: JSON.stringify({ ...own, section: [{ ...first, text: { ...first!.text, div } }, ...rest] }),
    })
    assert.equal(answer.status(), 200)

    const patient = own.subject!.reference.split('/')[1]
    await openPage(page, `/patients/${patient}?open=Composition/${own.id}`)
    await page.getByTestId('versions-link').click()
    await page.getByTestId('comparison').waitFor()
    assert.deepEqual(await page.locator('.compared ins').allTextContents(), ['，复核无误。'])
    assert.equal(await page.locator('.compared del').count(), 0)
    assert.equal(await page.locator('.version-list > li').count(), version + 1)
    await page.context().close()
  })

  test('a trend is a chart with its table, and the chart’s code comes only when it is asked for', async () => {
    const page = await pageOf('doctor')
    const scripts: string[] = []
    page.on('request', (request) => {
      if (request.resourceType() === 'script') scripts.push(request.url())
    })
    const [patient] = await wardPatients(page)
    await openPage(page, `/patients/${patient!.id}/results`)
    await page.locator('.result-trend a').first().waitFor()
    assert.ok(!scripts.some((url) => url.includes('trend-chart')))
    await page.locator('.result-trend a').first().click()
    await page.locator('[data-testid=trend-chart] svg').first().waitFor()
    assert.ok(scripts.some((url) => url.includes('trend-chart')))
    const label = await page.getByTestId('trend-chart').first().getAttribute('aria-label')
    assert.match(label ?? '', /趋势图/)
    assert.ok((await page.locator('.trend-table tbody tr').count()) > 0)
    await page.context().close()
  })

  test('an image is drawn from bytes of its own traced reading, zooms by key, and its receipt is beside it', async (t) => {
    const page = await pageOf('doctor')
    let media: Resource | undefined
    for (const { id } of await wardPatients(page)) media ??= (await search(page, `Media?patient=${id}`))[0]
    if (!media) {
      await page.context().close()
      return t.skip('no patient of this ward has a picture in so small a hospital')
    }
    const patient = media.subject!.reference.split('/')[1]
    await openPage(page, `/patients/${patient}/images?open=Media/${media.id}`)
    const picture = page.locator('[data-testid=image-window] img')
    await picture.waitFor()
    assert.match((await picture.getAttribute('src')) ?? '', /^blob:/)
    await page.waitForFunction(() => (document.querySelector('.image-window img') as HTMLImageElement).naturalWidth > 0)
    assert.equal(await page.locator('.viewer-receipt [data-testid=receipt-chip]').count(), 1)
    await page.keyboard.press('+')
    await page.locator('.image-window-enlarged').waitFor()
    await page.keyboard.press('0')
    await page.locator('.image-window-enlarged').waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    await page.getByTestId('images').waitFor()
    await page.context().close()
  })

  test('on a phone the document covers the time line, and closing comes back to the line', async () => {
    const page = await pageOf('doctor', { width: 390, height: 844 })
    const [patient] = await wardPatients(page)
    await openPage(page, `/patients/${patient!.id}?kinds=document`)
    const key = await page.locator(line).first().getAttribute('data-key')
    await page.locator(line).first().click()
    await page.locator('.reader-body').waitFor()
    assert.equal(await page.locator(line).first().isVisible(), false)
    await page.getByTestId('close-reader').click()
    await page.locator(line).first().waitFor({ state: 'visible' })
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-key')), key)
    await page.context().close()
  })

  test('no page of a record has a serious accessibility finding, or is wider than a phone', async () => {
    const findings: string[] = []
    for (const station of recordStations) {
      const page = await pageOf('doctor', { width: 390, height: 844 })
      await reach(page, served.base, station)
      findings.push(...(await seriousFindings(page)).map((finding) => `${station.name}: ${finding}`))
      if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) {
        findings.push(`${station.name}: wider than the window`)
      }
      await page.context().close()
    }
    assert.deepEqual(findings, [])
  })
})
