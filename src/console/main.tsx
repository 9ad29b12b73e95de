import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { Locale } from 'antd/es/locale'
import i18next from 'i18next'
import { StrictMode, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router'
import { ApiRoot, openApi } from './api/client.ts'
import { Unreachable } from './api/problem.ts'
import { sessionKey } from './api/session.ts'
import { noteTrace } from './app/local-trace.ts'
import { openRouter } from './app/routes.tsx'
import { antDesignLocale, chosenLanguage, startLanguage } from './i18n/language.ts'
import { useLanguage } from './i18n/term.ts'
import { ThemeRoot } from './theme/theme.tsx'
import './theme/base.css'

await startLanguage(chosenLanguage())

/** Reading is itself traced, so nothing is asked again merely because a window came to the front. */
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => error instanceof Unreachable && count < 2,
    },
  },
})
const api = openApi({
  language: () => document.documentElement.lang,
  onSignedOut: () => queries.setQueryData(sessionKey, null),
  onTrace: noteTrace,
})
const router = openRouter()

// Texts of the server come in the chosen language too.
i18next.on('languageChanged', () => {
  queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== sessionKey[0] })
})

function Console() {
  const { language } = useLanguage()
  const [locale, setLocale] = useState<Locale>()
  useEffect(() => {
    antDesignLocale(language).then(setLocale)
  }, [language])
  return (
    <ThemeRoot locale={locale}>
      <RouterProvider router={router} />
    </ThemeRoot>
  )
}

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <ApiRoot value={api}>
        <QueryClientProvider client={queries}>
          <Console />
        </QueryClientProvider>
      </ApiRoot>
    </StrictMode>,
  )
}
