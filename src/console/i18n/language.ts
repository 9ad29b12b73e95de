import type { Locale } from 'antd/es/locale'
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Texts } from './zh.ts'

/** Chinese first; English complete. */
export type Language = 'zh' | 'en'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: Texts }
  }
}

const storageKey = 'chartward.language'

export function chosenLanguage(): Language {
  const asked = new URLSearchParams(location.search).get('lang')
  if (asked === 'zh' || asked === 'en') return asked
  const kept = localStorage.getItem(storageKey)
  if (kept === 'zh' || kept === 'en') return kept
  return navigator.language.startsWith('en') ? 'en' : 'zh'
}

export const languageTag = (language: Language): string => (language === 'zh' ? 'zh-CN' : 'en')

/** Loads the texts of one language only; the other comes when it is chosen. */
export async function startLanguage(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation: await textsOf(language) } },
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  tellPage(language)
}

export async function chooseLanguage(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', await textsOf(language))
  }
  localStorage.setItem(storageKey, language)
  await i18next.changeLanguage(language)
  tellPage(language)
}

/** Ant Design's own texts (e.g. of the date picker) in the same language. */
export async function antDesignLocale(language: Language): Promise<Locale> {
  const loaded = language === 'zh' ? await import('antd/es/locale/zh_CN') : await import('antd/es/locale/en_US')
  return loaded.default
}

async function textsOf(language: Language): Promise<Texts> {
  if (language === 'zh') return (await import('./zh.ts')).zh
  return (await import('./en.ts')).en
}

function tellPage(language: Language): void {
  document.documentElement.lang = languageTag(language)
}
