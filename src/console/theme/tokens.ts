/**
 * The look, once: paper, ink, one deep teal for action, amber for attention, vermilion for seals alone. Written to
 * CSS custom properties (`--ink` …), to Ant Design and to the charts from here. Ratios of text to ground are at
 * least 4.5 : 1 (WCAG 2.2, 1.4.3).
 */
export interface Tokens {
  readonly ground: string
  readonly sheet: string
  readonly raised: string
  readonly ink: string
  readonly inkSoft: string
  readonly inkFaint: string
  readonly line: string
  readonly lineStrong: string
  readonly action: string
  readonly actionHover: string
  readonly actionSoft: string
  readonly onAction: string
  readonly attention: string
  readonly attentionSoft: string
  readonly attentionLine: string
  readonly seal: string
  readonly sealSoft: string
  readonly shade: string
}

export const light: Tokens = {
  ground: '#f8f5ee',
  sheet: '#fffdf8',
  raised: '#f2eee4',
  ink: '#1b2225',
  inkSoft: '#4a5559',
  inkFaint: '#636d6f',
  line: '#e3ddcf',
  lineStrong: '#c9c1af',
  action: '#0b5a5e',
  actionHover: '#0e6f73',
  actionSoft: '#e2edea',
  onAction: '#fffdf8',
  attention: '#855000',
  attentionSoft: '#fbf0d9',
  attentionLine: '#e0b768',
  seal: '#b3261e',
  sealSoft: '#fbe9e5',
  shade: 'rgb(40 32 16 / 12%)',
}

export const dark: Tokens = {
  ground: '#12181a',
  sheet: '#1a2124',
  raised: '#222b2e',
  ink: '#ebe7dd',
  inkSoft: '#b3bbbb',
  inkFaint: '#98a2a3',
  line: '#2e383b',
  lineStrong: '#465256',
  action: '#6cc4bd',
  actionHover: '#8ad3cd',
  actionSoft: '#1d3534',
  onAction: '#06201f',
  attention: '#e8b25a',
  attentionSoft: '#33291a',
  attentionLine: '#7b5c25',
  seal: '#f0796c',
  sealSoft: '#3a1f1c',
  shade: 'rgb(0 0 0 / 45%)',
}

/** Latin from the system, then the system's Chinese, then Noto. */
export const sans =
  'system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif'
/** For names of pages and people: the hand of a paper record. */
export const serif =
  'Georgia, "Songti SC", "Noto Serif CJK SC", "Source Han Serif SC", "STZhongsong", "Noto Sans CJK SC", serif'
export const mono = 'ui-monospace, "SF Mono", Consolas, "Noto Sans Mono CJK SC", monospace'

export function cssVariables(tokens: Tokens): Readonly<Record<string, string>> {
  const named = Object.entries(tokens).map(([name, value]) => [
    `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    value,
  ])
  return { ...Object.fromEntries(named), '--sans': sans, '--serif': serif, '--mono': mono }
}
