import type { Plugin } from 'vite'

/**
 * Parts of libraries that would come with the first load and that this console never runs: tooltips that glide from
 * one target to the next (there are no tooltips), and the writing of JSON Schema from what the contract says (only
 * the server does that). What is left out stands here, so that the build fails should its place in the library move.
 */
const leftOut: Readonly<Record<string, string>> = {
  'antd/es/tooltip/UniqueProvider/index.js': 'export default ({ children }) => children',
  'zod/v4/core/to-json-schema.js': `
    const never = () => { throw new Error('JSON Schema is left out of the console') }
    export const createToJSONSchemaMethod = () => never
    export const createStandardJSONSchemaMethod = () => never
    export { never as initializeContext, never as process, never as extractDefs, never as finalize }`,
  'zod/v4/core/json-schema-processors.js': 'export const toJSONSchema = undefined',
  'zod/v4/core/json-schema-generator.js': 'export const JSONSchemaGenerator = undefined',
}

export function leaveOut(): Plugin {
  const met = new Set<string>()
  return {
    name: 'left-out',
    apply: 'build',
    enforce: 'pre',
    load(id) {
      const path = id.split('/node_modules/').at(-1) ?? ''
      const code = leftOut[path]
      if (code === undefined) return
      met.add(path)
      return { code, moduleSideEffects: false }
    },
    buildEnd(error) {
      const moved = Object.keys(leftOut).filter((path) => !met.has(path))
      if (!error && moved.length > 0) this.error(`no longer part of the build: ${moved.join(', ')}`)
    },
  }
}
