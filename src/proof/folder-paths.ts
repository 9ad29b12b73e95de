import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ReadPath } from './tiled-evidence.ts'

/**
 * Files below a folder. Read at once, not by the thread pool: a tile comes from the page cache faster than a promise
 * goes there and back, and other threads do the hashing meanwhile.
 */
export function folderPaths(folder: string): ReadPath {
  return async (path) => {
    try {
      return readFileSync(join(folder, path))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined
      throw error
    }
  }
}
