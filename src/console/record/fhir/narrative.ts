/**
 * FHIR narrative (XHTML in `text.div`, https://hl7.org/fhir/R4/narrative.html) as blocks of plain text. The viewer
 * draws these blocks itself, so markup of a record never reaches the page: no script, style, link or image can.
 */
export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }

export function readNarrative(div: string | undefined): readonly Block[] {
  if (!div) return []
  const writer = openWriter()
  for (const token of tokens(div)) {
    if (token.kind === 'text') writer.text(token.text)
    else if (token.kind === 'open') writer.open(token.name)
    else writer.close(token.name)
  }
  return writer.end()
}

/** The same as running text, for differences and previews. */
export function narrativeText(blocks: readonly Block[]): string {
  return blocks.map(blockText).join('\n')
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'heading':
    case 'paragraph':
      return block.text
    case 'list':
      return block.items.map((item, index) => (block.ordered ? `${index + 1}. ${item}` : `· ${item}`)).join('\n')
    case 'table':
      return [block.head, ...block.rows]
        .filter((row) => row.length > 0)
        .map((row) => row.join('  '))
        .join('\n')
  }
}

type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'open' | 'close'; readonly name: string }

const silent = new Set(['script', 'style', 'head', 'title', 'template'])

function* tokens(source: string): Generator<Token> {
  const pattern =
    /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z][\w:-]*)((?:"[^"]*"|'[^']*'|[^'">])*)>|([^<]+|<)/g
  let muted: string | undefined
  for (const match of source.matchAll(pattern)) {
    const [, verbatim, slash, rawName, rest, text] = match
    const name = rawName?.toLowerCase()
    if (muted !== undefined) {
      if (slash && name === muted) muted = undefined
      continue
    }
    if (verbatim !== undefined) yield { kind: 'text', text: verbatim }
    else if (text !== undefined) yield { kind: 'text', text: unescapeEntities(text) }
    else if (name !== undefined) {
      if (!slash && silent.has(name)) muted = rest?.endsWith('/') ? undefined : name
      else yield* elementTokens(name, slash === '/', rest?.endsWith('/') ?? false)
    }
  }
}

function* elementTokens(name: string, isClosing: boolean, isEmpty: boolean): Generator<Token> {
  if (!isClosing) yield { kind: 'open', name }
  if (isClosing || isEmpty) yield { kind: 'close', name }
}

function openWriter() {
  const blocks: Block[] = []
  let run = ''
  let inHeading = false
  const lists: { ordered: boolean; items: string[] }[] = []
  let table: { head: string[]; rows: string[][]; row: string[]; isHead: boolean } | undefined

  const take = (): string => {
    const text = tidy(run)
    run = ''
    return text
  }
  const flush = () => {
    const text = take()
    if (text === '') return
    const list = lists.at(-1)
    if (list) list.items.push(text)
    else blocks.push({ kind: inHeading ? 'heading' : 'paragraph', text })
  }
  const endRow = () => {
    if (!table) return
    if (table.row.some((cell) => cell !== '')) {
      if (table.isHead && table.head.length === 0) table.head = table.row
      else table.rows.push(table.row)
    }
    table.row = []
    table.isHead = false
  }

  return {
    text: (text: string) => {
      run += text.replace(/[ \t\r\n\f]+/g, ' ')
    },
    open(name: string) {
      if (name === 'br') run += '\n'
      else if (table) {
        if (name === 'th') table.isHead = true
        if (name === 'td' || name === 'th') run = ''
      } else if (name === 'table') {
        flush()
        table = { head: [], rows: [], row: [], isHead: false }
      } else if (name === 'ul' || name === 'ol') {
        flush()
        lists.push({ ordered: name === 'ol', items: [] })
      } else if (isBlockName(name)) {
        flush()
        inHeading = /^h[1-6]$/.test(name)
      }
    },
    close(name: string) {
      if (table) {
        if (name === 'td' || name === 'th') table.row.push(take())
        else if (name === 'tr') endRow()
        else if (name === 'table') {
          endRow()
          blocks.push({ kind: 'table', head: table.head, rows: table.rows })
          table = undefined
          run = ''
        }
        return
      }
      if (name === 'ul' || name === 'ol') {
        flush()
        const list = lists.pop()
        const outer = lists.at(-1)
        if (list && outer) outer.items.push(...list.items)
        else if (list && list.items.length > 0) blocks.push({ kind: 'list', ...list })
      } else if (isBlockName(name)) {
        flush()
        inHeading = false
      }
    },
    end(): readonly Block[] {
      flush()
      for (const list of lists) if (list.items.length > 0) blocks.push({ kind: 'list', ...list })
      if (table) blocks.push({ kind: 'table', head: table.head, rows: table.rows })
      return blocks
    },
  }
}

function isBlockName(name: string): boolean {
  return /^(div|p|h[1-6]|li|dt|dd|dl|blockquote|pre|hr|section|article)$/.test(name)
}

function tidy(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(/ +/g, ' ').trim())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ge: '≥',
  le: '≤',
  deg: '°',
  micro: 'µ',
  plusmn: '±',
  middot: '·',
  ndash: '–',
  mdash: '—',
}

function unescapeEntities(text: string): string {
  return text.replace(/&(#x?[0-9a-fA-F]+|[A-Za-z]+);/g, (whole, body: string) => {
    if (!body.startsWith('#')) return named[body] ?? whole
    const code = body[1] === 'x' || body[1] === 'X' ? Number.parseInt(body.slice(2), 16) : Number(body.slice(1))
    return Number.isInteger(code) && code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole
  })
}
