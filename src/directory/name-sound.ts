import { pinyin } from 'pinyin-pro'

/** How a name is typed by people in a hurry: `张三丰` as `zsf` or `zhangsanfeng`. Lower case, letters only. */
export interface NameSound {
  readonly initials: string
  readonly pinyin: string
}

export function nameSound(name: string): NameSound {
  const syllables = pinyin(name, { type: 'array', toneType: 'none', v: true, nonZh: 'consecutive', surname: 'head' })
    .flatMap((syllable) => syllable.toLowerCase().split(/[^a-z]+/))
    .filter((syllable) => syllable !== '')
  return { initials: syllables.map((syllable) => syllable[0]).join(''), pinyin: syllables.join('') }
}
