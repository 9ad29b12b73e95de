import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser } from 'playwright-core'
import { seriousFindings } from './accessibility.ts'
import { noBrowser, openBrowser } from './browser.ts'
import { type Shot, writeContactSheet } from './contact-sheet.ts'
import { readPeople } from './demo-person.ts'
import { recordStations } from './record-station.ts'
import { type StorageState, signedInOnce } from './signed-in.ts'
import { reach, type Station, stations } from './station.ts'

/**
 * Pictures of every page and state, zh and en, 390 and 1440 px, light and dark, and one contact sheet of each
 * variant; axe runs on every page. Ends with a failure when axe has a serious finding or a page cannot be reached.
 *
 *     node src/console/e2e/screenshots.ts --base http://127.0.0.1:8710 --people data/demo-people.json
 */
const { values } = parseArgs({
  options: {
    base: { type: 'string', default: 'http://127.0.0.1:8710' },
    people: { type: 'string', default: 'data/demo-people.json' },
    out: { type: 'string', default: 'artifacts/screens' },
    /** Only stations whose name contains this. */
    only: { type: 'string', default: '' },
    /** Only variants whose name contains this, e.g. `zh-390`. */
    variant: { type: 'string', default: '' },
  },
})

interface Variant {
  readonly language: 'zh' | 'en'
  readonly width: number
  readonly theme: 'light' | 'dark'
}

const variants: readonly Variant[] = (['zh', 'en'] as const).flatMap((language) =>
  [1440, 390].flatMap((width) => (['light', 'dark'] as const).map((theme) => ({ language, width, theme }))),
)
const nameOf = ({ language, width, theme }: Variant): string => `${language}-${width}-${theme}`

if (noBrowser) {
  process.stdout.write(`skipped: ${noBrowser}\n`)
} else {
  const browser = await openBrowser()
  const findings = await takeAll(browser).finally(() => browser.close())
  for (const finding of findings) process.stdout.write(`${finding}\n`)
  process.stdout.write(findings.length === 0 ? 'no serious findings\n' : `${findings.length} findings\n`)
  process.exitCode = findings.length === 0 ? 0 : 1
}

async function takeAll(browser: Browser): Promise<readonly string[]> {
  const enter = signedInOnce(browser, values.base, readPeople(values.people))
  const findings: string[] = []
  mkdirSync(values.out, { recursive: true })
  for (const variant of variants.filter((one) => nameOf(one).includes(values.variant))) {
    const shots: Shot[] = []
    for (const station of [...stations, ...recordStations].filter(({ name }) => name.includes(values.only))) {
      const file = join(values.out, `${station.name}-${nameOf(variant)}.png`)
      const state = station.as ? await enter(station.as) : undefined
      const found = await take(browser, { variant, station, file, state }).catch((error: Error) => [
        `not reached: ${error.message.split('\n')[0]}`,
      ])
      findings.push(...found.map((finding) => `${station.name} ${nameOf(variant)}: ${finding}`))
      if (!found.some((finding) => finding.startsWith('not reached'))) shots.push({ file, caption: station.name })
    }
    const narrow = variant.width < 600
    const sheet = narrow ? { columns: 9, width: 260, height: 563 } : { columns: 5, width: 720, height: 450 }
    if (shots.length > 0) await writeContactSheet(shots, join(values.out, `sheet-${nameOf(variant)}.png`), sheet)
  }
  return findings
}

interface Taking {
  readonly variant: Variant
  readonly station: Station
  readonly file: string
  readonly state: StorageState | undefined
}

async function take(browser: Browser, { variant, station, file, state }: Taking): Promise<readonly string[]> {
  const context = await browser.newContext({
    viewport: { width: variant.width, height: variant.width < 600 ? 844 : 900 },
    colorScheme: variant.theme,
    reducedMotion: 'reduce',
    locale: variant.language === 'zh' ? 'zh-CN' : 'en-GB',
    ...(state ? { storageState: state } : {}),
  })
  await context.addInitScript(
    ([language, theme]) => {
      localStorage.setItem('chartward.language', language)
      localStorage.setItem('chartward.theme', theme)
    },
    [variant.language, variant.theme] as const,
  )
  try {
    const page = await context.newPage()
    await reach(page, values.base, station)
    await page.screenshot({ path: file })
    const overflows = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
    return [...(await seriousFindings(page)), ...(overflows ? ['wider than the window'] : [])]
  } finally {
    await context.close()
  }
}
