import { open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { LedgerFailure } from './errors.ts'

/** The largest tree of a log that was ever signed here. */
export interface SignedTree {
  readonly origin: string
  readonly size: number
  readonly root: Buffer
}

/**
 * What this process has signed, kept outside the database: whoever restores an old backup, or rebuilds the ledger with
 * all the rights of the database, finds that nothing more is signed. Trusted for no more than that; the file is beside
 * the keys, and whoever owns those can sign as they like.
 */
export interface SignedMemory {
  newest(origin: string): SignedTree | undefined
  /** Durable when it resolves. Called after signing and before anyone can read what was signed. */
  remember(trees: readonly SignedTree[]): Promise<void>
}

const fileSchema = z.record(
  z.string(),
  z.object({ size: z.int().min(1), root: z.string().regex(/^[A-Za-z0-9+/]{43}=$/) }),
)

/** @throws {LedgerFailure} `tree-inconsistent` when the file is there and cannot be read: it is not started over. */
export async function openSignedMemory(path: string): Promise<SignedMemory> {
  const signed = new Map<string, SignedTree>()
  for (const [origin, { size, root }] of Object.entries(await readMemory(path))) {
    signed.set(origin, { origin, size, root: Buffer.from(root, 'base64') })
  }
  return {
    newest: (origin) => signed.get(origin),
    async remember(trees) {
      for (const tree of trees) signed.set(tree.origin, tree)
      const content = Object.fromEntries(
        [...signed.values()].map(({ origin, size, root }) => [origin, { size, root: root.toString('base64') }]),
      )
      await replaceFile(path, `${JSON.stringify(content)}\n`)
    },
  }
}

async function readMemory(path: string): Promise<z.infer<typeof fileSchema>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}'
    throw error
  })
  try {
    return fileSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new LedgerFailure('tree-inconsistent', `${path} does not say what was signed here`, { cause })
  }
}

/** The old content or the new, never a part: written aside, made durable, and put in its place. */
async function replaceFile(path: string, content: string): Promise<void> {
  const draft = `${path}.draft`
  await synced(draft, 'w', (file) => file.writeFile(content))
  await rename(draft, path)
  await synced(dirname(path), 'r', async () => {})
}

async function synced(
  path: string,
  flags: 'w' | 'r',
  work: (file: Awaited<ReturnType<typeof open>>) => Promise<void>,
): Promise<void> {
  const file = await open(path, flags, 0o600)
  try {
    await work(file)
    await file.sync()
  } finally {
    await file.close()
  }
}
