import {
  actorText,
  type CodeKey,
  codesOf,
  conceptText,
  conceptTexts,
  firstCode,
  momentAt,
  noteTexts,
  numberText,
  quantityText,
  referenceId,
  unitOf,
} from './datatype.ts'
import { at, flagAt, isJson, type Json, listAt, numberAt, present, textAt } from './element.ts'
import { partIsWithheld } from './withheld.ts'

/** One measured or observed thing: a laboratory value, a vital sign, an answer. */
export interface ObservationFacts {
  readonly id: string
  readonly code: CodeKey | undefined
  readonly name: string
  readonly category: string | undefined
  readonly status: string | undefined
  readonly moment: string | undefined
  readonly encounter: string | undefined
  readonly values: readonly MeasuredValue[]
  readonly specimen: string | undefined
  readonly method: string | undefined
  readonly performer: string | undefined
  readonly notes: readonly string[]
  readonly version: string | undefined
}

/** The value of an observation, or of one of its components (systolic, diastolic). */
export interface MeasuredValue {
  /** Name of the component; absent for the observation's own value. */
  readonly name: string | undefined
  readonly code: CodeKey | undefined
  readonly text: string | undefined
  readonly number: number | undefined
  readonly unit: string | undefined
  readonly flag: Flag
  readonly range: Range | undefined
  readonly isWithheld: boolean
}

export interface Range {
  readonly low: number | undefined
  readonly high: number | undefined
  /** As the laboratory printed it. */
  readonly text: string
}

/** `none`: nothing said and nothing to judge by; `normal` was said or measured. */
export type Flag = 'critical-low' | 'low' | 'normal' | 'high' | 'critical-high' | 'abnormal' | 'none'

export function readObservation(resource: Json): ObservationFacts {
  const components = listAt(resource, 'component')
  const own = readValue(resource, undefined)
  const values = [
    ...(own.text !== undefined || components.length === 0 ? [own] : []),
    ...components.map((component) => readValue(component, conceptText(component.code))),
  ]
  return {
    id: textAt(resource, 'id') ?? '',
    code: firstCode(resource.code),
    name: conceptText(resource.code) ?? 'Observation',
    category: codesOf(resource.category)[0],
    status: textAt(resource, 'status'),
    moment: momentAt(resource, 'effective') ?? textAt(resource, 'issued'),
    encounter: referenceId(resource.encounter),
    values,
    specimen: textAt(resource, 'specimen', 'display'),
    method: conceptText(resource.method),
    performer: actorText(resource.performer),
    notes: noteTexts(resource),
    version: textAt(resource, 'meta', 'versionId'),
  }
}

function readValue(holder: Json, name: string | undefined): MeasuredValue {
  const quantity = holder.valueQuantity
  const number = numberAt(quantity, 'value') ?? numberAt(holder, 'valueInteger')
  const range = readRange(listAt(holder, 'referenceRange'), textAt(quantity, 'unit'))
  return {
    name,
    code: firstCode(holder.code),
    text: valueText(holder),
    number,
    unit: unitOf(quantity),
    flag: flagOf(holder, number, range),
    range,
    isWithheld: partIsWithheld(holder) || codesOf(holder.dataAbsentReason).includes('masked'),
  }
}

/** `value[x]` in words; where the value is absent, the reason it gives. */
export function valueText(holder: Json): string | undefined {
  const quantity = quantityText(holder.valueQuantity)
  if (quantity) return quantity
  const ranged = present([
    quantityText(at(holder, 'valueRange', 'low')),
    quantityText(at(holder, 'valueRange', 'high')),
  ])
  if (ranged.length > 0) return ranged.join(' – ')
  if (isJson(holder.valueRatio)) {
    const sides = [at(holder, 'valueRatio', 'numerator'), at(holder, 'valueRatio', 'denominator')]
    return present(sides.map(quantityText)).join(' : ') || undefined
  }
  const truth = flagAt(holder, 'valueBoolean')
  if (truth !== undefined) return truth ? '+' : '−'
  const whole = numberAt(holder, 'valueInteger')
  if (whole !== undefined) return numberText(whole)
  return (
    textAt(holder, 'valueString') ??
    conceptText(holder.valueCodeableConcept) ??
    textAt(holder, 'valueDateTime') ??
    textAt(holder, 'valueTime') ??
    textAt(holder, 'valuePeriod', 'start') ??
    (conceptTexts(holder.dataAbsentReason).join(' ') || undefined)
  )
}

function readRange(ranges: readonly Json[], unit: string | undefined): Range | undefined {
  const normal = ranges.find((range) => codesOf(range.type).includes('normal')) ?? ranges[0]
  if (!normal) return undefined
  const low = numberAt(normal, 'low', 'value')
  const high = numberAt(normal, 'high', 'value')
  const said = textAt(normal, 'text')
  const text = said === undefined ? rangeText(low, high) : withoutUnit(said, unit)
  return text === undefined ? undefined : { low, high, text }
}

/** The unit stands beside the value; a range that repeats it is only longer. */
function withoutUnit(range: string, unit: string | undefined): string {
  return unit !== undefined && range.endsWith(unit) && range.length > unit.length
    ? range.slice(0, -unit.length).trim()
    : range
}

function rangeText(low: number | undefined, high: number | undefined): string | undefined {
  if (low !== undefined && high !== undefined) return `${numberText(low)} – ${numberText(high)}`
  if (low !== undefined) return `≥ ${numberText(low)}`
  return high === undefined ? undefined : `≤ ${numberText(high)}`
}

/** v3-ObservationInterpretation; the laboratory's word wins over our own comparison with the range. */
const interpretations: Readonly<Record<string, Flag>> = {
  LL: 'critical-low',
  '<': 'critical-low',
  HH: 'critical-high',
  '>': 'critical-high',
  L: 'low',
  LU: 'low',
  H: 'high',
  HU: 'high',
  N: 'normal',
  NEG: 'normal',
  ND: 'normal',
  A: 'abnormal',
  AA: 'abnormal',
  POS: 'abnormal',
  DET: 'abnormal',
  R: 'abnormal',
}

function flagOf(holder: Json, number: number | undefined, range: Range | undefined): Flag {
  for (const code of codesOf(holder.interpretation)) {
    const flag = interpretations[code]
    if (flag) return flag
  }
  if (number === undefined || !range || (range.low === undefined && range.high === undefined)) return 'none'
  if (range.low !== undefined && number < range.low) return 'low'
  if (range.high !== undefined && number > range.high) return 'high'
  return 'normal'
}

export function flagIsAbnormal(flag: Flag): boolean {
  return flag !== 'none' && flag !== 'normal'
}

/** Values of one observation in one line: `120 / 80 mmHg` where components share a unit. */
export function observationText(observation: ObservationFacts): string | undefined {
  const { values } = observation
  const units = new Set(values.map((value) => value.unit))
  const numbers = values.map((value) => value.number)
  if (values.length > 1 && units.size === 1 && numbers.every((number) => number !== undefined)) {
    const unit = values[0]?.unit
    return `${numbers.map((number) => numberText(number)).join('/')}${unit ? ` ${unit}` : ''}`
  }
  return present(values.map((value) => value.text)).join('; ') || undefined
}
