import { record } from '../record/texts.en.ts'
import { pages } from './pages.en.ts'
import { words } from './words.en.ts'
import type { Texts } from './zh.ts'

export const en: Texts = { ...pages, words, record }
