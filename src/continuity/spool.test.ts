import assert from 'node:assert/strict'
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { mkdtemp, open, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { EntryDraft } from '../ledger/index.ts'
import { readSpool } from './read-spool.ts'
import { openSpool, type Spool } from './spool.ts'
import { filesOf, lockSpools } from './spool-folder.ts'
import { sealFrame } from './spool-frame.ts'

let dataDir: string
before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'chartward-spool-'))
})
after(() => rm(dataDir, { recursive: true, force: true }))

const maxBytes = 1_000_000
const permit = (id: string): EntryDraft => ({ kind: 'permit', outcome: 0, record: { type: 'Observation', id } })

/** A spool of `count` frames whose process is gone. */
async function left(count: number): Promise<Spool> {
  const spool = await openSpool({ dataDir, maxBytes })
  for (let index = 0; index < count; index++) await spool.append([permit(`o-${index}`)], 1_700_000_000_000 + index)
  await spool.close()
  return spool
}

test('what was appended is read back in its order, with the chain that was handed out', async () => {
  const spool = await openSpool({ dataDir, maxBytes })
  const places = await Promise.all(Array.from({ length: 50 }, (_, i) => spool.append([permit(`o-${i}`)], i)))
  const head = spool.head()
  await spool.close()
  const read = await readSpool(dataDir, spool.id)
  assert.equal(read.flaw, undefined)
  assert.deepEqual(
    read.frames.map(({ index, chain, drafts }) => [index, chain, drafts[0]!.record!.id]),
    places.map(({ index, chain }) => [index, chain, `o-${index}`]),
  )
  assert.deepEqual([head.count, head.chain], [50, read.chain])
})

test('nothing of a spool can be read without its key, and the key is for its owner alone', async () => {
  const spool = await left(3)
  const files = filesOf(dataDir, spool.id)
  assert.ok(!readFileSync(files.frames).includes('Observation'))
  assert.equal((await stat(files.key)).mode & 0o777, 0o600)
  assert.equal((await stat(files.frames)).mode & 0o777, 0o600)
})

test('a tail torn by a crash was never acknowledged: it is cut, and nothing is called a flaw', async () => {
  const spool = await left(4)
  const { frames } = filesOf(dataDir, spool.id)
  const whole = readFileSync(frames)
  const extra = sealFrame({ spool: spool.id, key: Buffer.alloc(32) }, 4, { recorded: '', drafts: [], before: '' })
  for (const bytes of [1, 3, 10, 20, extra.length - 1]) {
    writeFileSync(frames, Buffer.concat([whole, extra.subarray(0, bytes)]))
    const read = await readSpool(dataDir, spool.id)
    assert.deepEqual([read.frames.length, read.wasTorn, read.flaw], [4, true, undefined], `${bytes} bytes`)
  }
})

test('every cut of an acknowledged frame is located', async () => {
  const spool = await left(6)
  const { frames } = filesOf(dataDir, spool.id)
  const whole = readFileSync(frames)
  const ends = endsOf(whole)
  for (let kept = whole.length - 1; kept > ends[2]!; kept -= 7) {
    truncateSync(frames, 0)
    writeFileSync(frames, whole.subarray(0, kept))
    const read = await readSpool(dataDir, spool.id)
    const complete = ends.filter((end) => end <= kept).length
    assert.deepEqual(read.flaw, { kind: 'truncated', index: complete }, `${kept} bytes`)
    assert.equal(read.frames.length, complete)
  }
})

test('every altered byte of a frame is located, and the frames after it are still read', async () => {
  const spool = await left(5)
  const { frames } = filesOf(dataDir, spool.id)
  const whole = readFileSync(frames)
  const ends = endsOf(whole)
  const [from, to] = [ends[1]! + 4, ends[2]!]
  for (let at = from; at < to; at += 5) {
    const altered = Buffer.from(whole)
    altered[at]! ^= 0x41
    writeFileSync(frames, altered)
    const read = await readSpool(dataDir, spool.id)
    assert.deepEqual(read.flaw, { kind: 'altered', index: 2 }, `byte ${at}`)
    assert.deepEqual(
      read.frames.map((frame) => frame.index),
      [0, 1, 3, 4],
    )
  }
})

test('a frame taken out, doubled or put elsewhere is located', async () => {
  const spool = await left(5)
  const { frames } = filesOf(dataDir, spool.id)
  const whole = readFileSync(frames)
  const ends = endsOf(whole)
  const frame = (index: number) => whole.subarray(index === 0 ? headerBytes(whole) : ends[index - 1], ends[index])
  const header = whole.subarray(0, headerBytes(whole))
  const orders: readonly (readonly [number[], number])[] = [
    [[0, 1, 3, 4], 2],
    [[0, 1, 1, 2, 3, 4], 2],
    [[0, 2, 1, 3, 4], 1],
    [[1, 2, 3, 4], 0],
  ]
  for (const [order, index] of orders) {
    writeFileSync(frames, Buffer.concat([header, ...order.map(frame)]))
    assert.deepEqual((await readSpool(dataDir, spool.id)).flaw, { kind: 'altered', index }, order.join())
  }
})

test('a spool of which a part was deleted says which', async () => {
  for (const [part, kind, index] of [
    ['frames', 'file-missing', 0],
    ['key', 'key-missing', 0],
    ['head', 'head-missing', 2],
  ] as const) {
    const spool = await left(2)
    rmSync(filesOf(dataDir, spool.id)[part])
    assert.deepEqual((await readSpool(dataDir, spool.id)).flaw, { kind, index })
  }
})

test('a disk that is full refuses, what reached it is taken back, and with room it goes on', async () => {
  let room = 2_000
  const spool = await openSpool({
    dataDir,
    maxBytes,
    openDisk: async (path) => {
      const file = await open(path, 'wx', 0o600)
      return {
        datasync: () => file.datasync(),
        truncate: (length) => file.truncate(length),
        close: () => file.close(),
        // As write(2) does it: as much as fits is written, and only the next write says that the disk is full.
        write: (async (bytes: Buffer, offset: number, length: number, at: number) => {
          if (at >= room) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
          return file.write(bytes, offset, Math.min(length, room - at), at)
        }) as never,
      }
    },
  })
  let kept = 0
  await assert.rejects(
    async () => {
      for (;;) {
        await spool.append([permit('o')], 0)
        kept += 1
      }
    },
    { code: 'spool-full' },
  )
  assert.ok(kept > 0)
  room = 100_000
  assert.equal((await spool.append([permit('after')], 0)).index, kept)
  await spool.close()
  const read = await readSpool(dataDir, spool.id)
  assert.deepEqual([read.flaw, read.wasTorn, read.frames.length], [undefined, false, kept + 1])
})

test('a spool does not grow beyond its largest size', async () => {
  const spool = await openSpool({ dataDir, maxBytes: 1_000 })
  await spool.append([permit('o')], 0)
  await assert.rejects(spool.append([{ ...permit('o'), detail: { long: 'x'.repeat(2_000) } }], 0), {
    code: 'spool-full',
  })
  await spool.append([permit('o')], 0)
  await spool.close()
})

test('after a sync that failed nothing more is believed', async () => {
  let fails = false
  const spool = await openSpool({
    dataDir,
    maxBytes,
    openDisk: async (path) => {
      const file = await open(path, 'wx', 0o600)
      return {
        write: file.write.bind(file) as never,
        truncate: (length) => file.truncate(length),
        close: () => file.close(),
        datasync: async () => {
          if (fails) throw Object.assign(new Error('i/o error'), { code: 'EIO' })
          await file.datasync()
        },
      }
    },
  })
  await spool.append([permit('o')], 0)
  fails = true
  await assert.rejects(spool.append([permit('o')], 0), { code: 'spool-unavailable' })
  fails = false
  await assert.rejects(spool.append([permit('o')], 0), { code: 'spool-unavailable' })
  await spool.close()
})

test('one process at a time holds the spools; the lock of one that is gone is taken over', async () => {
  const folder = await mkdtemp(join(dataDir, 'lock-'))
  const release = await lockSpools(folder)
  writeFileSync(join(folder, 'spool', 'lock'), '1')
  await assert.rejects(lockSpools(folder), { code: 'spool-locked' })
  writeFileSync(join(folder, 'spool', 'lock'), '4194303999')
  await (await lockSpools(folder))()
  await release()
})

const headerBytes = (bytes: Buffer): number => bytes.indexOf('\n') + 1

/** Where each frame ends. */
function endsOf(bytes: Buffer): number[] {
  const ends: number[] = []
  for (let at = headerBytes(bytes); at < bytes.length; ends.push(at)) at += 4 + bytes.readUInt32BE(at)
  return ends
}
