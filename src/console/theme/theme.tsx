import type { ThemeConfig } from 'antd/es/config-provider'
import ConfigProvider from 'antd/es/config-provider'
import type { Locale } from 'antd/es/locale'
import darkAlgorithm from 'antd/es/theme/themes/dark'
import defaultAlgorithm from 'antd/es/theme/themes/default'
import { createContext, type ReactNode, use, useLayoutEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { cssVariables, dark, light, mono, sans, type Tokens } from './tokens.ts'

export type ThemeChoice = 'system' | 'light' | 'dark'

interface Theme {
  readonly choice: ThemeChoice
  readonly mode: 'light' | 'dark'
  readonly tokens: Tokens
  choose(choice: ThemeChoice): void
}

const ThemeContext = createContext<Theme | undefined>(undefined)

/** The theme in force: its tokens (for charts) and how to choose another. */
export function useTheme(): Theme {
  const theme = use(ThemeContext)
  if (!theme) throw new Error('useTheme outside ThemeRoot')
  return theme
}

export function ThemeRoot({ children, locale }: { children: ReactNode; locale: Locale | undefined }) {
  const [choice, setChoice] = useState<ThemeChoice>(readChoice)
  const systemIsDark = useMedia('(prefers-color-scheme: dark)')
  const still = useMedia('(prefers-reduced-motion: reduce)')
  const mode = choice === 'system' ? (systemIsDark ? 'dark' : 'light') : choice
  const tokens = mode === 'dark' ? dark : light

  useLayoutEffect(() => {
    const root = document.documentElement
    root.dataset.theme = mode
    root.style.colorScheme = mode
    for (const [name, value] of Object.entries(cssVariables(tokens))) root.style.setProperty(name, value)
  }, [mode, tokens])

  const theme = useMemo<Theme>(
    () => ({
      choice,
      mode,
      tokens,
      choose: (next) => {
        localStorage.setItem(storageKey, next)
        setChoice(next)
      },
    }),
    [choice, mode, tokens],
  )
  const antTheme = useMemo(() => antDesignTheme(tokens, mode, still), [tokens, mode, still])

  return (
    <ThemeContext value={theme}>
      <ConfigProvider
        theme={antTheme}
        {...(locale ? { locale } : {})}
        wave={{ disabled: true }}
        button={{ autoInsertSpace: false }}
      >
        {children}
      </ConfigProvider>
    </ThemeContext>
  )
}

const storageKey = 'chartward.theme'

function readChoice(): ThemeChoice {
  const kept = localStorage.getItem(storageKey)
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (notify) => {
      const media = matchMedia(query)
      media.addEventListener('change', notify)
      return () => media.removeEventListener('change', notify)
    },
    () => matchMedia(query).matches,
  )
}

function antDesignTheme(tokens: Tokens, mode: 'light' | 'dark', still: boolean): ThemeConfig {
  return {
    algorithm: mode === 'dark' ? darkAlgorithm : defaultAlgorithm,
    token: {
      motion: !still,
      motionDurationSlow: '0.14s',
      motionDurationMid: '0.12s',
      motionDurationFast: '0.08s',
      colorPrimary: tokens.action,
      colorPrimaryHover: tokens.actionHover,
      colorTextLightSolid: tokens.onAction,
      colorInfo: tokens.action,
      colorLink: tokens.action,
      colorSuccess: tokens.action,
      colorWarning: tokens.attention,
      colorError: tokens.attention,
      colorText: tokens.ink,
      colorTextSecondary: tokens.inkSoft,
      colorTextTertiary: tokens.inkFaint,
      colorTextDescription: tokens.inkSoft,
      colorTextPlaceholder: tokens.inkFaint,
      colorBgBase: tokens.sheet,
      colorBgLayout: tokens.ground,
      colorBgContainer: tokens.sheet,
      colorBgElevated: tokens.sheet,
      colorBorder: tokens.lineStrong,
      colorBorderSecondary: tokens.line,
      colorSplit: tokens.line,
      borderRadius: 4,
      borderRadiusLG: 6,
      borderRadiusSM: 3,
      controlHeight: 36,
      controlHeightLG: 44,
      fontFamily: sans,
      fontFamilyCode: mono,
      fontSize: 14,
      boxShadow: `0 2px 12px ${tokens.shade}`,
      boxShadowSecondary: `0 4px 20px ${tokens.shade}`,
    },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', fontWeight: 500 },
      Input: { activeShadow: `0 0 0 2px ${tokens.actionSoft}` },
      Drawer: { paddingLG: 20 },
    },
  }
}
