import { sha256Hex } from '../crypto/index.ts'
import type { Statement } from '../kernel/index.ts'

/**
 * Searches of one shape are prepared once for each connection: a handful of shapes make nearly all of a hospital's
 * traffic, and parsing one costs more than running it.
 */
export interface SearchShapes {
  statement(text: string): Statement
}

/** Prepared statements take memory in every connection; rarer shapes go unprepared. */
const mostShapes = 200

export function openSearchShapes(): SearchShapes {
  const names = new Map<string, string>()
  return {
    statement(text) {
      const known = names.get(text)
      if (known !== undefined) return { name: known, text }
      if (names.size >= mostShapes) return text
      const name = `records-search-${sha256Hex(text).slice(0, 24)}`
      names.set(text, name)
      return { name, text }
    },
  }
}
