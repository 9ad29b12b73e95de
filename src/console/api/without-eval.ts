import { config } from 'zod'

// The page's content security policy allows no code from strings; schemas made after this do not try. Imported first.
config({ jitless: true })
