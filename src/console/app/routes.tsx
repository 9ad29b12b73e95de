import { useEffect, useState } from 'react'
import { createBrowserRouter, Navigate, type RouteObject } from 'react-router'
import { useSession } from '../api/session.ts'
import { forgetPlace, rememberedPlace } from '../sign-in/return-to.ts'
import { Broken } from './broken.tsx'
import { roomsOf } from './rooms.ts'
import { Shell } from './shell.tsx'

/**
 * Every page is a chunk of its own. `/patients/:id` stands behind the opening gate, which asks how one stands to
 * the patient first; `record/record-page.tsx` (the record viewer) renders only behind it.
 */
const routes: RouteObject[] = [
  {
    path: '/',
    Component: Shell,
    ErrorBoundary: Broken,
    HydrateFallback: Nothing,
    children: [
      {
        ErrorBoundary: Broken,
        children: [
          { index: true, Component: FirstRoom },
          { path: 'today', lazy: async () => ({ Component: (await import('../today/today-page.tsx')).TodayPage }) },
          {
            path: 'patients',
            lazy: async () => ({ Component: (await import('../patients/patients-page.tsx')).PatientsPage }),
          },
          {
            path: 'patients/:id/uses',
            lazy: async () => ({ Component: (await import('../uses/patient-uses-page.tsx')).PatientUsesPage }),
          },
          {
            path: 'patients/:id/*',
            lazy: async () => ({ Component: (await import('../opening/opening-gate.tsx')).OpeningGate }),
          },
          { path: 'my-uses', lazy: async () => ({ Component: (await import('../uses/my-uses-page.tsx')).MyUsesPage }) },
          { path: 'trace', lazy: async () => ({ Component: (await import('../trace/trace-page.tsx')).TracePage }) },
          { path: 'people', lazy: async () => ({ Component: (await import('../people/people-page.tsx')).PeoplePage }) },
          {
            path: 'people/:id',
            lazy: async () => ({ Component: (await import('../people/person-page.tsx')).PersonPage }),
          },
          {
            path: 'policies',
            lazy: async () => ({ Component: (await import('../policies/policies-page.tsx')).PoliciesPage }),
          },
          { path: 'flows', lazy: async () => ({ Component: (await import('../flows/flows-page.tsx')).FlowsPage }) },
          { path: '*', lazy: async () => ({ Component: (await import('./absent-page.tsx')).AbsentPage }) },
        ],
      },
    ],
  },
]

export const openRouter = () => createBrowserRouter(routes)

function FirstRoom() {
  const [left] = useState(rememberedPlace)
  useEffect(forgetPlace, [])
  const first = roomsOf(useSession())[0]
  return <Navigate to={left ?? first?.path ?? '/my-uses'} replace />
}

/** The first paint waits for the code of its page; paper meanwhile. */
function Nothing() {
  return null
}
