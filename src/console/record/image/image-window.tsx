import { useEffect, useRef } from 'react'
import { pan, type Tone, toneFilter, type View, zoomAbout } from './pan-and-zoom.ts'

interface ImageWindowProps {
  readonly address: string
  readonly label: string
  readonly view: View
  readonly tone: Tone
  onView(view: View): void
}

/** The picture in its window: the wheel zooms about the pointer, a drag moves it, two fingers do both. */
export function ImageWindow({ address, label, view, tone, onView }: ImageWindowProps) {
  const frame = useRef<HTMLDivElement>(null)
  const pointers = useRef(new Map<number, { x: number; y: number }>())
  const latest = useRef({ view, onView })
  latest.current = { view, onView }

  useEffect(() => {
    const element = frame.current
    if (!element) return
    // React listens to the wheel passively, where the page could not be kept from scrolling.
    function onWheel(event: WheelEvent): void {
      event.preventDefault()
      latest.current.onView(zoomAbout(latest.current.view, Math.exp(-event.deltaY * 0.0015), fromCentre(event)))
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [])

  function onPointerMove(event: React.PointerEvent<HTMLDivElement>): void {
    const before = pointers.current.get(event.pointerId)
    if (!before) return
    const now = { x: event.clientX, y: event.clientY }
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1]
    pointers.current.set(event.pointerId, now)
    if (other) {
      const factor = distance(now, other) / Math.max(1, distance(before, other))
      onView(zoomAbout(view, factor, fromCentre({ ...middle(now, other), currentTarget: event.currentTarget })))
    } else if (view.scale > 1) {
      const { clientWidth: width, clientHeight: height } = event.currentTarget
      onView(pan(view, { x: now.x - before.x, y: now.y - before.y }, { width, height }))
    }
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the same is done by the keys and the tool bar
    <div
      ref={frame}
      className={view.scale > 1 ? 'image-window image-window-enlarged' : 'image-window'}
      data-testid="image-window"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY })
      }}
      onPointerMove={onPointerMove}
      onPointerUp={(event) => pointers.current.delete(event.pointerId)}
      onPointerCancel={(event) => pointers.current.delete(event.pointerId)}
      onDoubleClick={(event) =>
        onView(view.scale > 1 ? { scale: 1, x: 0, y: 0 } : zoomAbout(view, 2.5, fromCentre(event)))
      }
    >
      <img
        src={address}
        alt={label}
        draggable={false}
        style={{
          transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})`,
          filter: toneFilter(tone),
        }}
      />
    </div>
  )
}

interface Pointed {
  readonly clientX: number
  readonly clientY: number
  readonly currentTarget: EventTarget | null
}

function fromCentre({ clientX, clientY, currentTarget }: Pointed): { x: number; y: number } {
  if (!(currentTarget instanceof Element)) return { x: 0, y: 0 }
  const box = currentTarget.getBoundingClientRect()
  return { x: clientX - box.left - box.width / 2, y: clientY - box.top - box.height / 2 }
}

function distance(a: { x: number; y: number }, b: { x: number; y: number }): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}

function middle(a: { x: number; y: number }, b: { x: number; y: number }): { clientX: number; clientY: number } {
  return { clientX: (a.x + b.x) / 2, clientY: (a.y + b.y) / 2 }
}
