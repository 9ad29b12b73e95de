// All set-up before the first run, under whatever Node the machine has (20 or newer): installs the locked
// dependencies (Node 24 among them), builds the console, and for tests gets what they use of Debian. Does nothing when nothing changed.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const [major] = process.versions.node.split('.').map(Number)
if (major < 20) fail(`Node 20 or newer is needed to start; this is ${process.version}.`)

if (!dependenciesAreInstalled()) {
  timed('dependencies', () => run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']))
}
step(
  'console',
  join(root, 'dist', 'console', '.built-from'),
  digestOf([...filesBelow('src/console'), ...filesBelow('src/contract'), join(root, 'package-lock.json')]),
  () => {
    run(join(root, 'node_modules', 'node', 'bin', 'node'), [
      join(root, 'node_modules', 'vite', 'bin', 'vite.js'),
      'build',
      '--config',
      'src/console/vite.config.ts',
      '--logLevel',
      'warn',
    ])
  },
)
if (process.argv.includes('--test')) debianPackages()

function step(name, stamp, digest, work) {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return
  timed(name, work)
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, digest)
}

function timed(name, work) {
  process.stdout.write(`  · ${name} …`)
  const started = Date.now()
  work()
  process.stdout.write(` ${((Date.now() - started) / 1000).toFixed(1)} s\n`)
}

/** What npm says it installed, held against the lock file: an `npm ci` by hand counts, an older install does not. */
function dependenciesAreInstalled() {
  const installedFile = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(installedFile)) return false
  const { packages: locked } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const { packages: installed } = JSON.parse(readFileSync(installedFile, 'utf8'))
  return Object.entries(locked).every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  )
}

/** What tests use of Debian: which file tells that it is there, and what is skipped without it. */
function debianPackages() {
  const needed = [
    { file: '/usr/bin/chromium', packages: ['chromium', 'fonts-noto-cjk'], skipped: 'browser tests' },
    { file: '/usr/bin/softhsm2-util', packages: ['softhsm2'], skipped: 'tests of keys in a PKCS #11 module' },
    {
      file: '/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog/tlog.go',
      packages: ['golang-go', 'golang-golang-x-mod-dev'],
      skipped: 'the independent verifier in Go',
    },
  ]
  const missing = needed.filter(({ file }) => !existsSync(file))
  if (missing.length === 0) return
  const skipped = missing.map((each) => each.skipped).join(', ')
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    console.log(`  · no apt-get as root here; skipped, and saying so: ${skipped}`)
    return
  }
  const packages = missing.flatMap((each) => each.packages)
  process.stdout.write(`  · Debian packages ${packages.join(', ')} …\n`)
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  spawnSync('apt-get', ['update', '-qq'], quiet)
  const done = spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], quiet)
  if (done.status !== 0) console.log(`  · apt-get could not install them; skipped, and saying so: ${skipped}`)
}

function run(command, parameters) {
  try {
    execFileSync(command, parameters, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 1 << 26,
      shell: process.platform === 'win32',
    })
  } catch (error) {
    process.stdout.write(String(error.stdout ?? ''))
    fail(`${command} ${parameters.join(' ')} failed`)
  }
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
}

function digestOf(files) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(file.slice(root.length)).update(readFileSync(file))
  return hash.digest('hex')
}

function fail(message) {
  console.error(`\n${message}`)
  process.exit(1)
}
