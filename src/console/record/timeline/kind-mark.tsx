import type { ItemKind } from './item.ts'

/** A small sign beside the word, so that kinds are found by the eye going down; never without the word. */
export function KindMark({ kind }: { kind: ItemKind }) {
  return (
    <svg className={`kind-mark kind-mark-${kind}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <g fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" strokeLinejoin="round">
        {signs[kind]}
      </g>
    </svg>
  )
}

const signs: Readonly<Record<ItemKind, React.ReactNode>> = {
  encounter: <path d="M3 14V4l5-2 5 2v10M2 14h12M6.500 14v-3h3v3M8 5.500v3M6.500 7h3" />,
  document: <path d="M4 2h6l3 3v9H4zM6 7h5M6 9.500h5M6 12h3" />,
  order: <path d="M5 3.500H3.500v10.500h9V3.500H11M5.500 2h5v3h-5zM6 9.500l1.500 1.500L10.500 8" />,
  medication: <path d="M9.500 2.500a2.800 2.800 0 0 1 4 4l-7 7a2.800 2.800 0 0 1-4-4zM6 6l4 4" />,
  result: <path d="M6 2h4M7 2v4.500L3.500 13a1 1 0 0 0 .9 1h7.200a1 1 0 0 0 .9-1L9 6.500V2M5 10.500h6" />,
  vital: <path d="M1.500 8.500h3l1.500-4 3 8 1.500-4h4" />,
  imaging: <path d="M2.500 3h11v10h-11zM2.500 10.500l3-3 2.500 2.500 2-2 3.500 3.500M10.500 6h.01" />,
  procedure: <path d="M2 14l6-6M7 9L13.500 2.500c.8 2-.5 5-3.500 6.500z" />,
  diagnosis: <path d="M4 2v4a3 3 0 0 0 6 0V2M7 9v2a3 3 0 0 0 6 0V9M13 9a1 1 0 1 0 0-2 1 1 0 0 0 0 2" />,
  other: <path d="M4 8h.01M8 8h.01M12 8h.01" strokeWidth="2.4" />,
}
