import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { leaveOut } from './left-out.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const server = `http://127.0.0.1:${process.env.PORT ?? '8710'}`

/** Builds `dist/console`, which the server offers at `/`. In development the server stands behind the proxy. */
export default defineConfig({
  root: here,
  base: '/',
  plugins: [leaveOut(), react(), compressed()],
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 700,
    // What is left out (left-out.ts) is undefined on purpose.
    rolldownOptions: { checks: { importIsUndefined: false } },
  },
  server: {
    proxy: { '/api': server, '/fhir': server },
  },
})

/** Writes each text beside itself as `.br` and `.gz`, so that the server sends it small without working for it. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle({ dir = '' }, bundle) {
      for (const name of Object.keys(bundle).filter((file) => /\.(js|css|html)$/.test(file))) {
        const file = join(dir, name)
        const content = readFileSync(file)
        writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }))
        const quality = { [constants.BROTLI_PARAM_QUALITY]: 9 }
        writeFileSync(`${file}.br`, brotliCompressSync(content, { params: quality }))
      }
    },
  }
}
