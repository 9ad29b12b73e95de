import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { type Language, languageTag } from './language.ts'
import type { Texts } from './zh.ts'

export type Vocabulary = keyof Texts['words']

/** The word for a code of a vocabulary; a code without a word is shown as it stands. */
export function useTerm(): (vocabulary: Vocabulary, code: string) => string {
  const { t } = useTranslation()
  return useCallback(
    (vocabulary, code) => t(`words.${vocabulary}.${code}` as 'words.purpose.TREAT', { defaultValue: code }),
    [t],
  )
}

/** A clause by its name in the chosen language: `notice 一(四)` is `《通知》一(四)`. */
export function useClauseName(): (clause: string) => string {
  const term = useTerm()
  return (clause) => clause.replace(/\bnotice\b ?/gi, term('lawText', 'notice'))
}

/** The codes of a vocabulary, in the order of its texts. */
export function useCodes(): (vocabulary: Vocabulary) => readonly string[] {
  const { i18n } = useTranslation()
  return (vocabulary) => {
    const texts: Texts = i18n.getResourceBundle(i18n.language, 'translation')
    return Object.keys(texts.words[vocabulary])
  }
}

export function useLanguage(): { readonly language: Language; readonly tag: string } {
  const { i18n } = useTranslation()
  const language: Language = i18n.language === 'en' ? 'en' : 'zh'
  return { language, tag: languageTag(language) }
}
