import { record } from '../record/texts.zh.ts'
import { pages } from './pages.zh.ts'
import { words } from './words.zh.ts'

/** Every Chinese text of the console. The English must have the same keys, or the type check fails. */
export const zh = { ...pages, words, record }
export type Texts = typeof zh
