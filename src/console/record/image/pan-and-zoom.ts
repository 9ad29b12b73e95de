/** Where the picture stands in its window: `x` and `y` in pixels from the centre, `scale` against the fitted size. */
export interface View {
  readonly scale: number
  readonly x: number
  readonly y: number
}

export const fitted: View = { scale: 1, x: 0, y: 0 }
const smallest = 1
const largest = 12

/** Zooms about a point (pixels from the centre of the window), so that what is under the pointer stays under it. */
export function zoomAbout(view: View, factor: number, about: { readonly x: number; readonly y: number }): View {
  const scale = Math.min(largest, Math.max(smallest, view.scale * factor))
  if (scale === smallest) return fitted
  const ratio = scale / view.scale
  return { scale, x: about.x - (about.x - view.x) * ratio, y: about.y - (about.y - view.y) * ratio }
}

/** Moves the picture, but never so far that nothing of it is left in a window of this size. */
export function pan(
  view: View,
  by: { readonly x: number; readonly y: number },
  size: { readonly width: number; readonly height: number },
): View {
  const limit = (extent: number) => (extent * view.scale) / 2
  const held = (value: number, extent: number) => Math.min(limit(extent), Math.max(-limit(extent), value))
  return { ...view, x: held(view.x + by.x, size.width), y: held(view.y + by.y, size.height) }
}

/** Brightness and contrast in percent of the original; the browser's filters do the work. */
export interface Tone {
  readonly brightness: number
  readonly contrast: number
  readonly inverted: boolean
}

export const originalTone: Tone = { brightness: 100, contrast: 100, inverted: false }

export function toneFilter(tone: Tone): string {
  return `brightness(${tone.brightness}%) contrast(${tone.contrast}%)${tone.inverted ? ' invert(1)' : ''}`
}
