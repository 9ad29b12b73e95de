import { readdirSync, readFileSync } from 'node:fs'

/** CPU seconds and resident memory of a process and all its descendants, from /proc (Linux). */
export interface ProcessCost {
  readonly cpuSeconds: number
  readonly residentBytes: number
}

const ticksPerSecond = 100

export function costOf(roots: readonly number[]): ProcessCost {
  const parents = new Map<number, number>()
  const cost = new Map<number, ProcessCost>()
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      const pid = Number(entry)
      parents.set(pid, Number(fields[1]))
      // Time of children that have ended is added, so that short-lived backends count.
      const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0)
      cost.set(pid, { cpuSeconds: ticks / ticksPerSecond, residentBytes: Number(fields[21]) * 4096 })
    } catch {
      // The process ended between the listing and the reading.
    }
  }
  const belongs = (pid: number): boolean =>
    roots.includes(pid) || (parents.has(pid) && pid > 1 && belongs(parents.get(pid) as number))
  const members = [...cost].filter(([pid]) => belongs(pid)).map(([, value]) => value)
  return {
    cpuSeconds: members.reduce((sum, one) => sum + one.cpuSeconds, 0),
    residentBytes: Math.max(0, ...members.map((one) => one.residentBytes)),
  }
}
