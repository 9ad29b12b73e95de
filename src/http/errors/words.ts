/** One text in both languages. Chinese is the language of the house; English is complete. */
export interface Words {
  readonly zh: string
  readonly en: string
}
export type Language = keyof Words

/**
 * RFC 9110 §12.5.4, reduced to the two languages there are: the range with the greatest weight wins, the first of
 * equals; nothing asked for, or nothing we speak, gives Chinese.
 */
export function languageOf(acceptLanguage: string | undefined): Language {
  let best: { language: Language; weight: number } | undefined
  for (const range of (acceptLanguage ?? '').split(',').slice(0, 32)) {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const primary = tag.split('-')[0]
    const language = primary === 'en' ? 'en' : primary === 'zh' || tag === '*' ? 'zh' : undefined
    if (!language) continue
    const weight = weightOf(parameters)
    if (weight > 0 && (!best || weight > best.weight)) best = { language, weight }
  }
  return best?.language ?? 'zh'
}

function weightOf(parameters: readonly string[]): number {
  const weight = parameters.find((parameter) => parameter.startsWith('q='))
  if (!weight) return 1
  const value = Number(weight.slice(2))
  return Number.isFinite(value) ? Math.min(Math.max(value, 0), 1) : 0
}
