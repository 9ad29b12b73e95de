import { loadPolicies } from '../src/authority/cedar/bundle.ts'
import { PolicyEngine } from '../src/authority/cedar/engine.ts'
import { engineInput, mulberry32, openOracle, randomUse } from '../src/authority/cedar/random-use.ts'

const uses = 2000
const rounds = 5

/**
 * The compiled policies beside Cedar's own engine (WASM) on the same uses, in one run and one thread. Requests are
 * built beforehand; the WASM engine takes its policies parsed beforehand too. Median of five rounds.
 */
export async function bench(): Promise<void> {
  const bundle = await loadPolicies()
  const engine = new PolicyEngine(bundle)
  const oracle = openOracle(bundle)
  const random = mulberry32(7)
  const requests = Array.from({ length: uses }, () => randomUse(random))
  const inputs = requests.map(engineInput)
  const few = requests.slice(0, 200)

  const compiled: number[] = []
  const wasm: number[] = []
  for (const input of inputs) engine.evaluate(...input)
  for (let round = 0; round < rounds; round += 1) {
    compiled.push(
      perSecond(inputs.length * 20, () => {
        for (let again = 0; again < 20; again += 1) for (const input of inputs) engine.evaluate(...input)
      }),
    )
    wasm.push(
      perSecond(few.length, () => {
        for (const request of few) oracle(request)
      }),
    )
  }
  const [ours, theirs] = [median(compiled), median(wasm)]
  console.log(`${bundle.policies.length} policies, reasons returned, one thread`)
  console.log(`compiled policies   ${ours.toFixed(0).padStart(10)} decisions/s   ${(1e6 / ours).toFixed(2)} µs each`)
  console.log(
    `cedar-wasm 4        ${theirs.toFixed(0).padStart(10)} decisions/s   ${(1e6 / theirs).toFixed(0)} µs each`,
  )
  console.log(`ratio               ${(ours / theirs).toFixed(0).padStart(10)}`)
}

function perSecond(count: number, work: () => void): number {
  const start = performance.now()
  work()
  return (count / (performance.now() - start)) * 1000
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
