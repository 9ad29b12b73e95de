// `npm run bench [-- <name> …]`: every performance promise beside its peer or raw limit in the same run, with the ratio.
import { globSync } from 'node:fs'
import { basename } from 'node:path'

const wanted = process.argv.slice(2)
const all = globSync('bench/*.bench.ts')
  .map((file) => basename(file, '.bench.ts'))
  .sort()
const unknown = wanted.filter((name) => !all.includes(name))
if (unknown.length > 0) {
  console.error(`no bench named ${unknown.join(', ')}; there are: ${all.join(', ')}`)
  process.exit(1)
}
for (const name of wanted.length > 0 ? wanted : all) {
  console.log(`\n## ${name}\n`)
  const { bench } = (await import(`./${name}.bench.ts`)) as { bench: () => Promise<void> }
  await bench()
}
process.exit(0)
