// Every decision that depends on time. The caller passes the time, so nothing here reads a clock.

import { cutoffSeconds, seconds, span, type Instant } from './check.js'
import { SessionError, type Refusal } from './errors.js'
import { AFTER, AT, BROWSER_CLOSE, POLICY, type Claims } from './header.js'

const DAY = 86_400
const DEFAULT_ABSOLUTE_TIMEOUT = 30 * DAY
/** How long browsers keep a cookie. */
const LONGEST_MAX_AGE = 400 * DAY
/** A day in milliseconds is 1000 days in seconds. */
const LONGEST_ABSOLUTE_TIMEOUT = 1000 * DAY - 1
const LAST_ISSUE = 2 ** 32 - 1

/** The expiry of a session that is not issued again. */
export type Expiry =
  /** `maxAge` after each issue. */
  | 'policy'
  /** When the browser closes. The server enforces `maxAge` after each issue. */
  | 'browser_close'
  /** This many seconds after each issue. At most `maxRequestedAge`. */
  | { readonly after: number; readonly at?: never }
  /** At this instant, however often the session is issued again. */
  | { readonly at: Instant; readonly after?: never }

/** How long sessions live. All spans are in seconds, rounded down. */
export interface Limits {
  /** The idle timeout: how long a token lives unless its session asks for another expiry. */
  readonly maxAge: number
  /** How long a session may ask to live. Defaults to `maxAge`. */
  readonly maxRequestedAge?: number | undefined
  /**
   * When a session ends after its start, however often it is renewed. Defaults to 30 days.
   * Required if `maxAge` or `maxRequestedAge` exceeds 30 days.
   */
  readonly absoluteTimeout?: number | 'none' | undefined
  /** How far the clock of another server may be ahead. Defaults to 60 seconds. */
  readonly leeway?: number | undefined
  /** Refuses sessions that began before this instant. */
  readonly notBefore?: Instant | undefined
  /** How old a token is when it is renewed. Defaults to half of its life. */
  readonly renewAfter?: number | undefined
}

export class Policy {
  readonly maxAge: number
  readonly #maxRequestedAge: number
  readonly #absoluteTimeout: number
  readonly #leeway: number
  readonly #notBefore: number
  readonly #renewAfter: number

  constructor({ maxAge, maxRequestedAge = maxAge, absoluteTimeout, leeway = 60, notBefore, renewAfter }: Limits) {
    this.maxAge = span('maxAge', maxAge, 1, LONGEST_MAX_AGE)
    this.#maxRequestedAge = span('maxRequestedAge', maxRequestedAge, this.maxAge, LAST_ISSUE)
    this.#absoluteTimeout = absoluteSeconds(absoluteTimeout, this.#maxRequestedAge)
    this.#leeway = span('leeway', leeway, 0, DAY)
    this.#notBefore = notBefore === undefined ? 0 : cutoffSeconds(notBefore)
    this.#renewAfter = renewAfter === undefined ? 0 : span('renewAfter', renewAfter, 1, LONGEST_MAX_AGE)
  }

  /** How long a list of revoked sessions must remember one. The leeway is included. */
  get maxLifetime(): number {
    return Math.min(this.#maxRequestedAge, this.#absoluteTimeout) + this.#leeway
  }

  /** FORMAT.md, "Cut-offs". */
  cutoff(now: number): number {
    return now + Math.max(1, Math.floor(this.#leeway / 2))
  }

  /** FORMAT.md, "Decode", steps 8 to 10. */
  check(claims: Claims, now: number): Refusal | undefined {
    if (claims.issuedAt > now + this.#leeway) return 'not_yet_valid'
    if (now >= this.expiresAt(claims)) return 'expired'
    return claims.startedAt < this.#notBefore ? 'revoked' : undefined
  }

  expiresAt(claims: Claims): number {
    return Math.min(this.#instant(claims), claims.startedAt + this.#absoluteTimeout)
  }

  /** Returns the time at which a renewal is due by age, or Infinity if renewing would not move the expiry. */
  renewalDueAt(claims: Claims): number {
    const { issuedAt, startedAt, expiryKind } = claims
    const life = this.#instant(claims) - issuedAt
    if (expiryKind === AT || issuedAt + life >= startedAt + this.#absoluteTimeout) return Infinity
    return issuedAt + (this.#renewAfter || Math.ceil(life / 2))
  }

  /** Returns the expiry that the session asked for. An instant is returned as it is enforced. */
  expiry(claims: Claims): Expiry {
    return requestedExpiry(claims, this.#instant(claims))
  }

  /** Returns the claims of a session that is issued again. FORMAT.md, "Renew and update", steps 2 and 3. */
  reissue(claims: Claims, now: number): Claims {
    const issuedAt = issueTime(Math.max(now, claims.issuedAt))
    if (claims.expiryKind !== AT) return { ...claims, issuedAt }
    return { ...claims, issuedAt, expirySeconds: this.#allowed(this.#instant(claims) - issuedAt) }
  }

  /** Returns the fields of the header that encode an expiry. */
  claim(expiry: Expiry, issuedAt: number): Pick<Claims, 'expiryKind' | 'expirySeconds'> {
    if (expiry === 'policy') return { expiryKind: POLICY, expirySeconds: 0 }
    if (expiry === 'browser_close') return { expiryKind: BROWSER_CLOSE, expirySeconds: 0 }
    const given = Object.keys(Object(expiry)).join()
    if (given === 'after') {
      const { after } = expiry as { after: number }
      return { expiryKind: AFTER, expirySeconds: this.#allowed(Math.floor(after)) }
    }
    if (given === 'at') {
      const { at } = expiry as { at: Instant }
      return { expiryKind: AT, expirySeconds: this.#allowed(seconds('expiry.at', at) - issuedAt) }
    }
    throw new TypeError('expiry must be "policy", "browser_close", { after: seconds } or { at: instant }')
  }

  #instant({ expiryKind, expirySeconds, issuedAt }: Claims): number {
    const isRequested = expiryKind === AFTER || expiryKind === AT
    return issuedAt + (isRequested ? Math.min(expirySeconds, this.#maxRequestedAge) : this.maxAge)
  }

  #allowed(wanted: number): number {
    if (wanted > this.#maxRequestedAge) {
      throw new SessionError('expiry_too_long', `the session asks to live ${wanted} seconds; the limit is ${this.#maxRequestedAge}`)
    }
    if (wanted > 0) return wanted
    throw new SessionError('expiry_not_later', 'the session would end before it begins')
  }
}

/** Returns the expiry that a header encodes, with its instant if the kind has one. */
export function requestedExpiry({ expiryKind, expirySeconds }: Pick<Claims, 'expiryKind' | 'expirySeconds'>, instant: number): Expiry {
  if (expiryKind === AFTER) return { after: expirySeconds }
  if (expiryKind === AT) return { at: instant }
  return expiryKind === POLICY ? 'policy' : 'browser_close'
}

/** Checks that a header can hold the time. */
export function issueTime(now: number): number {
  if (now >= 0 && now <= LAST_ISSUE) return now
  throw new SessionError('time_out_of_range', `${now} seconds since 1970 is before 1970 or after 2106`)
}

function absoluteSeconds(timeout: number | 'none' | undefined, longest: number): number {
  if (timeout === 'none') return Infinity
  if (timeout === undefined && longest > DEFAULT_ABSOLUTE_TIMEOUT) {
    throw new RangeError(`absoluteTimeout must be set, or "none", if sessions may last longer than 30 days; ${longest} seconds are allowed`)
  }
  return span('absoluteTimeout', timeout ?? DEFAULT_ABSOLUTE_TIMEOUT, 1, LONGEST_ABSOLUTE_TIMEOUT)
}
