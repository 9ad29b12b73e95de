import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  cosigner,
  hashesAtLevel,
  international,
  noteSigner,
  type TileAddress,
  tilePath,
  tileWidth,
  withCosignatures,
} from '../../crypto/index.ts'
import { systemClock } from '../../kernel/index.ts'
import { openTestDatabase } from '../../kernel/test-database.ts'
import { type Ledger, openLedger, openTree, type Tree } from '../../ledger/index.ts'
import { integrateOnce } from '../../ledger/integrate.ts'

// A real ledger, its tiles and proofs as it serves them, checked by a Go program that shares no code with ours.

const goPath = '/usr/share/gocode'
const missing =
  existsSync('/usr/bin/go') && existsSync(join(goPath, 'src/golang.org/x/mod/sumdb/tlog'))
    ? false
    : 'Debian’s golang-go and golang-golang-x-mod-dev are not installed (npm test installs them where it is root)'

describe('an independent verifier', { skip: missing }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'chartward-independent-'))
  const log = join(folder, 'log')
  const program = join(folder, 'verify')
  const proofs = join(folder, 'proofs.json')
  const origin = 'chartward.local/test-hospital'
  const signer = noteSigner(origin, international.generatePrivateKey())
  const witness = cosigner('witness.example', international.generatePrivateKey())
  const sizes = [1, 700, 66_000] // two tiles of level 1
  let at: Awaited<ReturnType<typeof openTestDatabase>>
  let ledger: Ledger
  let tree: Tree

  before(async () => {
    const source = fileURLToPath(new URL('.', import.meta.url))
    execFileSync('/usr/bin/go', ['build', '-o', program, join(source, 'verify.go')], {
      env: { PATH: '/usr/bin:/bin', HOME: folder, GO111MODULE: 'off', GOPATH: goPath, GOFLAGS: '-buildvcs=false' },
      stdio: 'pipe',
    })
    at = await openTestDatabase()
    ledger = await openLedger({ database: at.database })
    tree = openTree({ database: at.database })
    const roots: { size: number; root: Buffer }[] = []
    for (const size of sizes) {
      while ((await ledger.size()) < size) {
        const count = Math.min(4000, size - (await ledger.size()))
        await ledger.record(
          Array.from({ length: count }, (_, i) => ({ kind: 'system', outcome: 0, detail: { 次: i } })),
        )
      }
      for (let covered = 0; covered < size; ) {
        covered = (await integrateOnce({ database: at.database, origin, signer, clock: systemClock })).covered
      }
      roots.push((await tree.checkpoint())!)
    }
    await writeLog(sizes.at(-1)!)
    const inclusion = [0, 1, 255, 256, 699, 700, 65_535, 65_536, 65_999].map(async (index) => ({
      index,
      path: (await tree.inclusionProof(index)).path.map((hash) => hash.toString('base64')),
    }))
    const consistency = roots.map(async ({ size, root }) => ({
      size,
      root: root.toString('base64'),
      path: (await tree.consistencyProof(size, sizes.at(-1)!)).map((hash) => hash.toString('base64')),
    }))
    writeFileSync(
      proofs,
      JSON.stringify({ inclusion: await Promise.all(inclusion), consistency: await Promise.all(consistency) }),
    )
  })
  after(async () => {
    await ledger?.close()
    await at?.drop()
    rmSync(folder, { recursive: true, force: true })
  })

  async function writeLog(size: number): Promise<void> {
    const { note } = (await tree.checkpoint())!
    const text = note.slice(0, note.indexOf('\n\n') + 1)
    write('checkpoint', withCosignatures(note, [witness.cosign(text, 1_795_000_000).trimEnd()]))
    await writeTiles('entries', size)
    for (let level = 0; hashesAtLevel(level, size) > 0; level++) await writeTiles(level, hashesAtLevel(level, size))
  }

  async function writeTiles(level: TileAddress['level'], count: number): Promise<void> {
    for (let from = 0; from < count; from += tileWidth) {
      const address = { level, index: from / tileWidth, width: Math.min(tileWidth, count - from) }
      write(tilePath(address), (await tree.tile(address))!)
    }
  }

  function write(path: string, content: string | Buffer): void {
    mkdirSync(dirname(join(log, path)), { recursive: true })
    writeFileSync(join(log, path), content)
  }

  function verify() {
    const { status, stdout } = spawnSync(program, [log, signer.verifierKey, witness.verifierKey, proofs], {
      encoding: 'utf8',
    })
    return { status, stdout }
  }

  test('agrees with every entry, tile, proof and both signatures of a ledger', () => {
    assert.deepEqual(verify(), { status: 0, stdout: `ok: 66000 entries, 261 tiles, root ${rootText()}\n` })
  })

  for (const path of [
    'checkpoint',
    'tile/entries/100',
    'tile/0/003',
    'tile/1/000',
    'tile/2/000.p/1',
    'tile/entries/257.p/208',
  ]) {
    test(`finds a byte flipped in ${path}`, () => {
      const kept = readFileSync(join(log, path))
      const flipped = Buffer.from(kept)
      flipped[Math.floor(flipped.length / 2)]! ^= 4
      writeFileSync(join(log, path), flipped)
      const { status, stdout } = verify()
      writeFileSync(join(log, path), kept)
      assert.equal(status, 1)
      assert.match(stdout, /^FAIL /)
    })
  }

  test('finds a proof that is not one', () => {
    const kept = readFileSync(proofs, 'utf8')
    const changed = JSON.parse(kept)
    changed.inclusion[3].path.reverse()
    writeFileSync(proofs, JSON.stringify(changed))
    const { stdout } = verify()
    writeFileSync(proofs, kept)
    assert.match(stdout, /^FAIL inclusion of entry 256/)
  })

  function rootText(): string {
    return readFileSync(join(log, 'checkpoint'), 'utf8').split('\n')[2]!
  }
})
