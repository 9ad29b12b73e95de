// The page's content security policy allows no code from strings. Zod looks here before its first schema is made, and
// then does not try; a module could not be first, because schemas are made while modules load.
globalThis.__zod_globalConfig = { jitless: true }
