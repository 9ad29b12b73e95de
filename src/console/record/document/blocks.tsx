import { Fragment } from 'react'
import type { Block } from '../fhir/narrative.ts'

/** Narrative drawn by ourselves from its text; see `fhir/narrative.ts` for why. */
export function Blocks({ blocks }: { blocks: readonly Block[] }) {
  return (
    <div className="narrative">
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks of one reading never change places
        <Fragment key={index}>{drawn(block)}</Fragment>
      ))}
    </div>
  )
}

function drawn(block: Block) {
  switch (block.kind) {
    case 'heading':
      return <h4>{block.text}</h4>
    case 'paragraph':
      return <p>{block.text}</p>
    case 'list': {
      const items = block.items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <li key={index}>{item}</li>
      ))
      return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>
    }
    case 'table':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a table wider than the page is scrolled by keyboard too
        <div className="narrative-table" tabIndex={0}>
          <table>
            {block.head.length > 0 ? (
              <thead>
                <tr>
                  {block.head.map((cell, index) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: see above
                    <th key={index}>{cell}</th>
                  ))}
                </tr>
              </thead>
            ) : null}
            <tbody>
              {block.rows.map((row, rowIndex) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: see above
                <tr key={rowIndex}>
                  {row.map((cell, index) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: see above
                    <td key={index}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )
  }
}
