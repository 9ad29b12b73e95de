import assert from 'node:assert/strict'
import { globSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

// The plan of the house is the table in docs/architecture.md; this test draws the imports and holds them against it.

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const floors = readFloors()
const top = Math.max(...floors.values()) + 1
const floorOf = (room: string): number => floors.get(room) ?? top

interface Import {
  readonly file: string
  readonly room: string
  readonly target: string
  readonly targetRoom: string
}

const imports = readImports()

test('every room has a floor in docs/architecture.md, and every room named there exists', () => {
  const rooms = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const named = [...floors.keys(), 'http', 'cli', 'joints', 'console'].sort()
  assert.deepEqual(rooms.map((room) => room.name).sort(), named)
})

test('a room imports rooms on lower floors only', () => {
  const wrong = imports.filter(
    (found) =>
      found.room !== 'console' && floorOf(found.targetRoom) >= floorOf(found.room) && floorOf(found.room) < top,
  )
  assert.deepEqual(wrong.map(say), [])
})

test('a room is entered by its index.ts', () => {
  const wrong = imports.filter(
    (found) => floorOf(found.targetRoom) < top && !found.target.endsWith(`${found.targetRoom}/index.ts`),
  )
  assert.deepEqual(wrong.map(say), [])
})

test('the console sees the contract and nothing else of the server', () => {
  const wrong = imports.filter(
    (found) =>
      (found.room === 'console') !== (found.targetRoom === 'console') &&
      found.room !== 'contract' &&
      (found.room === 'console' ? found.targetRoom !== 'contract' : true) &&
      (found.room === 'console' || found.targetRoom === 'console'),
  )
  assert.deepEqual(wrong.map(say), [])
})

test('the lower floors take few dependencies', () => {
  const allowed: Record<string, readonly string[]> = {
    kernel: ['pg', 'pino', 'zod'],
    crypto: ['@noble/curves/abstract/weierstrass.js'],
    contract: ['zod'],
    ledger: ['pg', 'zod'],
    proof: ['zod'],
  }
  for (const [room, packages] of Object.entries(allowed)) {
    const used = new Set(
      filesOf(room)
        .flatMap((file) => specifiers(file))
        .filter((name) => !name.startsWith('.') && !name.startsWith('node:')),
    )
    assert.deepEqual(
      [...used].filter((name) => !packages.includes(name)),
      [],
      `in ${room}/`,
    )
  }
})

test('pure rules stay pure: what reads the clock or chance is named here', () => {
  const impure = /\bDate\.now\(\)|\bnew Date\(\)|\bMath\.random\(\)/
  const found = globSync('src/{crypto,proof,authority,watermark,access,demonstration}/**/*.ts', { cwd: root }).filter(
    (file) => !/\.test\.ts$|\/test-/.test(file) && impure.test(readFileSync(join(root, file), 'utf8')),
  )
  assert.deepEqual(found, [])
})

function readFloors(): ReadonlyMap<string, number> {
  const plan = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
  const rows = [...plan.matchAll(/^\| (\d) \| `([a-z]+)\/`/gm)]
  return new Map(rows.map((row) => [row[2] as string, Number(row[1])]))
}

function readImports(): readonly Import[] {
  const found: Import[] = []
  for (const file of globSync('src/**/*.{ts,tsx}', { cwd: root })) {
    if (/\.test\.tsx?$|test-|\/e2e\//.test(file)) continue
    const room = roomOf(file)
    for (const specifier of specifiers(file)) {
      if (!specifier.startsWith('.')) continue
      const target = relative(root, join(root, dirname(file), specifier))
      const targetRoom = roomOf(target)
      if (targetRoom !== room && target.startsWith('src/')) found.push({ file, room, target, targetRoom })
    }
  }
  return found
}

function specifiers(file: string): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8')
  const statements =
    /^(?:import|export)\b[^'"`;]*?\bfrom ['"]([^'"]+)['"]|^import ['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)/gm
  return [...text.matchAll(statements)].map((match) => (match[1] ?? match[2] ?? match[3]) as string)
}

function filesOf(room: string): readonly string[] {
  return globSync(`src/${room}/**/*.ts`, { cwd: root }).filter((file) => !/\.test\.ts$|test-/.test(file))
}

function roomOf(file: string): string {
  const parts = file.split('/')
  return parts.length > 2 ? (parts[1] as string) : 'main.ts'
}

function say(found: Import): string {
  return `${found.file} → ${found.target}`
}
