/** The command line speaks the terminal's language: Chinese where the locale says so, English otherwise. */
export type Words = readonly [zh: string, en: string]

const chinese = /^zh/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '')

export const language = chinese ? 'zh' : 'en'

export const say = (...[zh, en]: Words): string => (chinese ? zh : en)
