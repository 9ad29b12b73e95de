import type { Page } from 'playwright-core'
import type { Station } from './station.ts'

const firstRow = '[data-testid=list] tbody .row-link'

/** Pages and states of the record viewer, all from the doctor's ward. */
export const recordStations: readonly Station[] = [
  atFirstPatient('record-timeline', '', '[data-testid=timeline-line]'),
  atFirstPatient('record-document', '?kinds=document', '[data-testid=timeline-line]', async (page) => {
    await page.getByTestId('timeline-line').first().click()
    await page.locator('.document-section').first().waitFor()
  }),
  atFirstPatient('record-report', '?kinds=result', '[data-testid=timeline-line]', async (page) => {
    await page.getByTestId('timeline-line').first().click()
    await page.locator('.reader .result-table').waitFor()
  }),
  atFirstPatient('record-filtered-empty', '?until=1950-01-01', '[data-testid=empty]'),
  atFirstPatient('record-results', '/results', '[data-testid=panel]'),
  atFirstPatient('record-trend', '/results', '.result-trend a', async (page) => {
    await page.locator('.result-trend a').first().click()
    await page.locator('[data-testid=trend-chart] svg').first().waitFor()
  }),
  atFirstPatient('record-images', '/images', '[data-testid=images]'),
  atFirstPatient('record-versions', '?kinds=document', '[data-testid=timeline-line]', async (page) => {
    await page.getByTestId('timeline-line').first().click()
    await page.getByTestId('versions-link').click()
    await page.locator('.version-list').waitFor()
  }),
  {
    name: 'record-failed',
    as: 'doctor',
    path: '/patients?group=ward',
    ready: firstRow,
    async act(page) {
      await page.route('**/fhir/**', (route) => route.abort('connectionfailed'))
      await page.locator(firstRow).first().click()
      await page.getByTestId('failed').waitFor()
    },
  },
  {
    name: 'record-loading',
    as: 'doctor',
    path: '/patients?group=ward',
    ready: firstRow,
    async act(page) {
      await page.route('**/fhir/**', () => new Promise(() => {}))
      await page.locator(firstRow).first().click()
      await page.getByTestId('loading').waitFor()
    },
  },
]

function atFirstPatient(name: string, below: string, ready: string, then?: (page: Page) => Promise<void>): Station {
  return {
    name,
    as: 'doctor',
    path: '/patients?group=ward',
    ready: firstRow,
    async act(page) {
      const address = await page.locator(firstRow).first().getAttribute('href')
      await page.goto(new URL(`${address}${below}`, page.url()).href)
      await page.locator(ready).first().waitFor()
      await then?.(page)
    },
  }
}
