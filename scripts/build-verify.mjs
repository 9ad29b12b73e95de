// Makes the offline verifier one file that needs nothing but Node 20 or newer: dist/verify/chartward-verify.mjs.
// Vite bundles it (with rolldown); whatever of the house it does not use, such as the database, is left out.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const outDir = process.argv[2] ?? join(root, 'dist', 'verify')

await build({
  root,
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  ssr: { noExternal: true, target: 'node' },
  build: {
    ssr: join(root, 'src', 'proof', 'standalone.ts'),
    outDir,
    emptyOutDir: true,
    target: 'node20',
    minify: false,
    rolldownOptions: {
      treeshake: { moduleSideEffects: (id) => id.endsWith('/standalone.ts') },
      output: { entryFileNames: 'chartward-verify.mjs', codeSplitting: false },
    },
  },
})
