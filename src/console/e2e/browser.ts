import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** Where Debian puts Chromium; `CHROMIUM` names another. */
const executable = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** Why the tests in a browser cannot run here, or nothing. */
export const noBrowser: string | undefined = existsSync(executable)
  ? undefined
  : `no Chromium at ${executable} (apt-get install chromium fonts-noto-cjk, or set CHROMIUM)`

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: executable,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
