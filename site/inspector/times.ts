// Seconds -> what a person reads.

import type { Unverified } from '../../js/src/inspect.js'

const UNITS = [['day', 86_400], ['hour', 3600], ['minute', 60], ['second', 1]] as const

/** Local time, with its zone. */
export function localTime(seconds: number): string {
  return new Date(seconds * 1000).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'long' })
}

/** The two largest units of a span: `3 days 4 hours`. */
export function span(seconds: number): string {
  const words: string[] = []
  let rest = Math.abs(seconds)
  for (const [unit, length] of UNITS) {
    const count = Math.floor(rest / length)
    rest %= length
    if (count && words.length < 2) words.push(`${count} ${unit}${count > 1 ? 's' : ''}`)
    else if (words.length) break
  }
  return words.join(' ') || '0 seconds'
}

export function relative(seconds: number, now: number): string {
  return seconds > now ? `in ${span(seconds - now)}` : `${span(now - seconds)} ago`
}

/** When the token asks to expire, or undefined where the server's policy alone decides. */
export function requestedExpiry({ expiry, issuedAt }: Unverified): number | undefined {
  return typeof expiry === 'string' ? undefined : (expiry.after === undefined ? Number(expiry.at) : issuedAt + expiry.after)
}
