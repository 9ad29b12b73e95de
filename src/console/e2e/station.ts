import type { Page } from 'playwright-core'

/** One page in one state, and how a person comes to it. */
export interface Station {
  readonly name: string
  /** Who goes there; absent, nobody is signed in. */
  readonly as?: string
  readonly path: string
  /** What the network does on the way: `stalls` shows loading, `fails` shows the error. */
  readonly network?: 'stalls' | 'fails'
  /** What is there when the page is ready. */
  readonly ready: string
  act?(page: Page): Promise<void>
}

const firstRow = '[data-testid=list] tbody .row-link'

/** Every page and state of the console, in the order of the contact sheet. */
export const stations: readonly Station[] = [
  { name: 'sign-in', path: '/', ready: 'input[name=username]' },
  {
    name: 'sign-in-refused',
    path: '/',
    ready: 'input[name=username]',
    async act(page) {
      await page.locator('input[name=username]').fill('nobody')
      await page.locator('input[name=password]').fill('not the password')
      await page.locator('form button[type=submit]').click()
      await page.getByTestId('refused').waitFor()
    },
  },
  { name: 'today', as: 'doctor', path: '/today', ready: '[role=tabpanel] [data-testid=list], [data-testid=empty]' },
  {
    name: 'today-loading',
    as: 'doctor',
    path: '/today',
    network: 'stalls',
    ready: '.shell-main [data-testid=loading]',
  },
  { name: 'today-failed', as: 'doctor', path: '/today', network: 'fails', ready: '[data-testid=failed]' },
  { name: 'patients-clinic', as: 'doctor', path: '/patients?group=clinic', ready: '[role=tabpanel] *' },
  { name: 'search-found', as: 'doctor', path: '/patients?q=王', ready: '[data-testid=list], [data-testid=empty]' },
  { name: 'search-empty', as: 'doctor', path: '/patients?q=qqzzqq', ready: '[data-testid=empty]' },
  {
    name: 'reminder',
    as: 'doctor',
    path: '/patients?q=王',
    ready: firstRow,
    async act(page) {
      await openStranger(page)
      await page.locator('.choice').first().click()
      await page.getByTestId('proceed').click()
    },
  },
  {
    name: 'record',
    as: 'doctor',
    path: '/patients?group=ward',
    ready: firstRow,
    async act(page) {
      await page.locator(firstRow).first().click()
      await page.locator('.record').waitFor()
      await page.waitForLoadState('networkidle')
    },
  },
  {
    name: 'why',
    as: 'doctor',
    path: '/patients?group=ward',
    ready: firstRow,
    async act(page) {
      await page.locator(firstRow).first().click()
      await page.getByTestId('why-button').first().click()
      await page.getByTestId('why-panel').waitFor()
    },
  },
  { name: 'teaching-cases', as: 'trainee', path: '/patients', ready: firstRow },
  { name: 'office-find', as: 'affairs', path: '/patients', ready: '[data-testid=empty]' },
  {
    name: 'office-record',
    as: 'affairs',
    path: '/patients?q=王',
    ready: firstRow,
    async act(page) {
      await page.locator(firstRow).first().click()
      await page.locator('.record').waitFor()
      await page.waitForLoadState('networkidle')
    },
  },
  {
    name: 'who-has-looked',
    as: 'doctor',
    path: '/patients?group=ward',
    ready: firstRow,
    async act(page) {
      const address = await page.locator(firstRow).first().getAttribute('href')
      await page.goto(new URL(`${address}/uses`, page.url()).href)
      await page.locator('[data-testid=list], [data-testid=empty], [data-testid=refused]').first().waitFor()
    },
  },
  { name: 'my-access', as: 'doctor', path: '/my-uses', ready: '[data-testid=list]' },
  {
    name: 'own-drawer',
    as: 'doctor',
    path: '/today',
    ready: '[data-testid=user-menu]',
    async act(page) {
      await page.getByTestId('user-menu').click()
      await page.locator('.own').waitFor()
    },
  },
  {
    name: 'help',
    as: 'doctor',
    path: '/today',
    ready: '[data-testid=user-menu]',
    async act(page) {
      await page.keyboard.press('?')
      await page.locator('.keys').waitFor()
    },
  },
  { name: 'refused-room', as: 'doctor', path: '/trace', ready: '[data-testid=refused]' },
  { name: 'trace', as: 'inspector', path: '/trace', ready: '[data-testid=list]' },
  {
    name: 'trace-refusals',
    as: 'inspector',
    path: '/trace?kind=refusal',
    ready: '[data-testid=list], [data-testid=empty]',
  },
  {
    name: 'trace-filters',
    as: 'inspector',
    path: '/trace?kind=sign-in',
    ready: '[data-testid=list]',
    async act(page) {
      const fold = page.locator('.trace-filters-fold')
      if (await fold.isVisible()) await fold.click()
      await page.getByTestId('more-filters').click()
    },
  },
  {
    name: 'trace-keep',
    as: 'inspector',
    path: '/trace?kind=refusal',
    ready: '[data-testid=keep-question]',
    async act(page) {
      await page.getByTestId('keep-question').click()
      await page.locator('input[name=question-name]').fill('全院被拒')
    },
  },
  {
    name: 'trace-export',
    as: 'inspector',
    path: '/trace?kind=sign-in',
    ready: '[data-testid=list]',
    async act(page) {
      await page.getByTestId('export').click()
      await page.getByTestId('start-export').click()
      await page.locator('.field-wrong').first().waitFor()
    },
  },
  { name: 'trace-empty', as: 'inspector', path: '/trace?terminal=192.0.2.255', ready: '[data-testid=empty]' },
  {
    name: 'trace-entry',
    as: 'inspector',
    path: '/trace?kind=release',
    ready: firstRow,
    async act(page) {
      await page.locator(firstRow).first().click()
      await page.getByTestId('entry').waitFor()
    },
  },
  { name: 'people', as: 'inspector', path: '/people', ready: '[data-testid=list]' },
  {
    name: 'person',
    as: 'inspector',
    path: '/people',
    ready: firstRow,
    async act(page) {
      await page.locator(firstRow).first().click()
      await page.locator('.dossier').waitFor()
    },
  },
  { name: 'policies', as: 'inspector', path: '/policies', ready: '[data-testid=policy]' },
  { name: 'flows', as: 'system', path: '/flows', ready: '[data-testid=empty]' },
  { name: 'absent', as: 'inspector', path: '/no-such-page', ready: '[data-testid=failed]' },
  {
    name: 'record-refused',
    as: 'trainee',
    path: '/patients?q=王',
    ready: '[data-testid=list], [data-testid=empty], [data-testid=refused]',
    async act(page) {
      if ((await page.locator(firstRow).count()) === 0) return
      await page.locator(firstRow).last().click()
      await page.locator('[data-testid=refused], [data-testid=proceed], [data-testid=receipt-chip]').first().waitFor()
    },
  },
]

/** Opens the first patient in the list to whom one has no relation. */
export async function openStranger(page: Page): Promise<void> {
  const row = page.locator('[data-testid=list] tbody tr').filter({ has: page.locator('.relation-none') })
  await row.first().locator('.row-link').click()
  await page.getByTestId('proceed').waitFor()
}

/** Goes to a station and does there what is to be done. */
export async function reach(page: Page, base: string, station: Station): Promise<void> {
  if (station.network) {
    await page.route(/\/(api|fhir)\/(?!session|sign-in-options)/, (route) =>
      station.network === 'fails' ? route.abort('connectionfailed') : new Promise(() => {}),
    )
  }
  await page.goto(new URL(station.path, base).href)
  await page.locator(station.ready).first().waitFor({ timeout: 15_000 })
  await station.act?.(page)
  await page.evaluate(() => document.fonts.ready)
}
