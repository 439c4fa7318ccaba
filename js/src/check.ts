// Argument checks, which throw an error with a complete message.

/** The year 5138 in seconds, or 1973 in milliseconds. */
const LAST_INSTANT = 1e11

/** A point in time: a `Date`, or seconds since the Unix epoch. */
export type Instant = Date | number

/** Returns the instant in whole seconds, rounded down. */
export function seconds(what: string, instant: Instant): number {
  return Math.floor(exactSeconds(what, instant))
}

/** Returns a cutoff in whole seconds, rounded up, so that it also ends sessions that began within its second. */
export function cutoffSeconds(cutoff: Instant): number {
  return Math.ceil(exactSeconds('the cutoff', cutoff))
}

function exactSeconds(what: string, instant: Instant): number {
  const value = instant instanceof Date ? instant.getTime() / 1000 : instant
  if (typeof value === 'number' && Math.abs(value) < LAST_INSTANT) return value
  throw new RangeError(`${what} must be a Date or seconds since 1970, not milliseconds; got ${value}`)
}

/** Returns the caller's time, or the current time, in whole seconds. */
export function clock(now: Instant | undefined): number {
  return seconds('now', now ?? Date.now() / 1000)
}

/** Returns a span in whole seconds, rounded down. */
export function span(what: string, value: number, least: number, most: number): number {
  const whole = Math.floor(value)
  if (typeof value === 'number' && whole >= least && whole <= most) return whole
  throw new RangeError(`${what} must be ${least} to ${most} seconds, not milliseconds; got ${value}`)
}

/** Throws for unknown options, such as misspelled ones. */
export function checkOptions(options: object, known: string): void {
  for (const name of Object.keys(options)) {
    if (!known.split(' ').includes(name)) throw new TypeError(`there is no option ${name}; there are ${known}`)
  }
}
