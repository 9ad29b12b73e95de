import { SaxesParser, type SaxesTagPlain } from 'saxes'

/** An element of a small XML document. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  readonly text: string
}

const maxDepth = 16
const maxElements = 10_000

/** Why a text is no document that is read here: a literal rule, for the refusal. */
export type XmlRefusal = 'xml' | 'doctype' | 'too-deep' | 'too-many-elements'

/**
 * Reads XML from outside. The sender controls every byte: a document type (and with it every entity of its own) is
 * refused, nothing is fetched, and depth and number of elements are bounded. Namespaces are not looked at; audit
 * messages have none.
 */
export function readXml(text: string): XmlElement | XmlRefusal {
  interface Open {
    name: string
    attributes: Record<string, string>
    children: XmlElement[]
    text: string
  }
  const parser = new SaxesParser()
  const open: Open[] = []
  let root: XmlElement | undefined
  let elements = 0
  const refuse = (rule: XmlRefusal): never => {
    throw new XmlStop(rule)
  }
  parser.on('error', () => refuse('xml'))
  parser.on('doctype', () => refuse('doctype'))
  parser.on('opentag', (tag: SaxesTagPlain) => {
    elements += 1
    if (elements > maxElements) refuse('too-many-elements')
    if (open.length >= maxDepth) refuse('too-deep')
    open.push({ name: tag.name, attributes: { ...tag.attributes }, children: [], text: '' })
  })
  const addText = (chunk: string) => {
    const element = open.at(-1)
    if (element) element.text += chunk
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => {
    const element = open.pop()!
    const parent = open.at(-1)
    if (parent) parent.children.push(element)
    else root = element
  })
  try {
    parser.write(text).close()
  } catch (error) {
    if (error instanceof XmlStop) return error.rule
    throw error
  }
  return root ?? 'xml'
}

class XmlStop extends Error {
  readonly rule: XmlRefusal
  constructor(rule: XmlRefusal) {
    super(rule)
    this.rule = rule
  }
}

export const childrenOf = (element: XmlElement, name: string): readonly XmlElement[] =>
  element.children.filter((child) => child.name === name)

export const escapeXml = (text: string): string => (plain.test(text) ? text : escaped(text))

const plain = /^[\x20\x21\x23-\x25\x27-\x3b\x3d\x3f-\x7e]*$/

const escaped = (text: string): string =>
  text
    // What XML 1.0 cannot carry at all.
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`)
