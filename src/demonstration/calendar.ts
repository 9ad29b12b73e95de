/** Local time of the hospital: all of China keeps UTC+08:00, without summer time. Days count from 1970-01-01. */
export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour
const offset = 8 * hour

export const dayOf = (time: number): number => Math.floor((time + offset) / day)
/** The moment of a local hour (fractions allowed) of a local day. */
export const momentOf = (dayNumber: number, hours: number): number =>
  dayNumber * day - offset + Math.round(hours * hour)
/** 0 Sunday … 6 Saturday; 1970-01-01 was a Thursday. */
export const weekdayOf = (dayNumber: number): number => (((dayNumber + 4) % 7) + 7) % 7
export const isWorkday = (dayNumber: number): boolean => {
  const weekday = weekdayOf(dayNumber)
  return weekday !== 0 && weekday !== 6
}
export const hourOf = (time: number): number => ((((time + offset) % day) + day) % day) / hour

/** FHIR dateTime with the hospital's offset. */
export const dateTime = (time: number): string => `${new Date(time + offset).toISOString().slice(0, 19)}+08:00`
/** FHIR instant. */
export const instant = (time: number): string => `${new Date(time + offset).toISOString().slice(0, 23)}+08:00`
export const date = (time: number): string => new Date(time + offset).toISOString().slice(0, 10)
export const dateOfDay = (dayNumber: number): string => new Date(dayNumber * day).toISOString().slice(0, 10)
/** As written in a Chinese record: 2026-03-01 09:05. */
export const written = (time: number): string => new Date(time + offset).toISOString().slice(0, 16).replace('T', ' ')
