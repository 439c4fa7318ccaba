// A request's session: its data, and what became of it.

import { equal, type Bytes } from '../bytes.js'
import { clock, cutoffSeconds, type Instant } from '../check.js'
import type { TokenCodec } from '../codec.js'
import { SessionError, type Refusal } from '../errors.js'
import type { Claims } from '../header.js'
import { pack } from '../pack.js'
import type { Expiry } from '../policy.js'
import { proofOf, type Verified } from '../verified.js'
import { adopt } from './bound.js'

/**
 * Why the request's cookie was not accepted. `ambiguous`: it has cookies of several sessions, all of them valid.
 * `revoked_id`: the session is on the list of revoked ones.
 */
export type Rejection = Refusal | 'ambiguous' | 'revoked_id'

/** What a session is read with. */
export interface Origin<T> {
  readonly session: Verified<T>
  /** The codec that verified it, where that is the previous one. */
  readonly previous: TokenCodec | undefined
}

export interface Reading<T> {
  readonly codec: TokenCodec
  readonly now: number
  readonly empty: () => T
  readonly newId: () => string | undefined
  readonly hadCookie: boolean
  readonly rejected: Rejection | undefined
  /** Whether all that came was refused, and can never be valid again. */
  readonly isRefusedForGood: boolean
  readonly origin: Origin<T> | undefined
}

/** For the cookie alone. */
export let readingOf: <T>(session: Session<T>) => Reading<T>

/**
 * What a request handler holds: the session's data, and what happens to it. Read by `SessionCookie`, which writes it
 * as well. `console.log` and `JSON.stringify` show no session data.
 */
export class Session<T> {
  readonly #reading: Reading<T>
  #data: T
  #origin: Origin<T> | undefined
  #rejected: Rejection | undefined
  /** What the data was when the handler first saw it, as it would be written. */
  #baseline: Bytes | SessionError | undefined
  #expiry: Expiry | undefined
  #beginsAt: number | undefined
  #newId: string | undefined
  #isAssigned = false
  #isReissued = false
  #isFlushed = false
  #isAccessed = false

  static {
    readingOf = (session) => session.#reading
  }

  /** @internal */
  constructor(reading: Reading<T>) {
    this.#reading = reading
    this.#origin = reading.origin
    this.#rejected = reading.rejected
    this.#data = reading.origin ? reading.origin.session.data : reading.empty()
  }

  /** The session's data. Change it in place, or assign another. */
  get data(): T {
    this.#touch()
    return this.#data
  }

  set data(data: T) {
    this.#touch()
    this.#isAssigned = true
    this.#data = data
  }

  /** The session's name, if it has one: 32 hexadecimal digits. Not a secret. */
  get id(): string | undefined {
    return this.#newId ?? this.carriedId
  }

  /** When the session began, in seconds since 1970. Undefined before its first response. */
  get startedAt(): number | undefined {
    this.#touch()
    return this.#origin?.session.startedAt
  }

  /** Why the request's cookie was not accepted. For logs; treat the visitor as one without a session. */
  get rejected(): Rejection | undefined {
    return this.#rejected
  }

  /** Whether the request had a cookie of this name, good or bad. */
  get hadCookie(): boolean {
    return this.#reading.hadCookie
  }

  /** Whether data, start or expiry was looked at, so that the response depends on the cookie. */
  get isAccessed(): boolean {
    return this.#isAccessed
  }

  /** Whether the response sets the cookie because of what the handler did. Compares what would be written. */
  get isModified(): boolean {
    const isSame = this.#baseline === undefined || same(this.#baseline, attempt(() => pack(this.#data)))
    return !isSame || this.#isReissued || this.#beginsAt !== undefined || this.#expiry !== undefined
  }

  /** Whether the session has no data: as much as a new one. */
  get isEmpty(): boolean {
    this.#touch()
    return this.#isBlank()
  }

  /** What the session asks for. */
  get expiry(): Expiry {
    this.#touch()
    return this.#expiry ?? this.#origin?.session.expiry ?? 'policy'
  }

  /** Asks to live as long as this. Throws a `SessionError` for what has passed or exceeds `maxRequestedAge`. */
  setExpiry(expiry: Expiry): void {
    const { codec, now } = this.#reading
    codec.opening({ now, expiry })
    this.#touch()
    // The default of a session that has the default needs no new cookie.
    if (expiry !== 'policy' || this.expiry !== 'policy') this.#expiry = expiry
  }

  /** When the session expires unless it is issued again, in seconds since 1970. Undefined if it cannot be issued. */
  get expiresAt(): number | undefined {
    this.#touch()
    if (this.#origin && this.#expiry === undefined) return this.#origin.session.expiresAt
    const { codec, now } = this.#reading
    const claims = attempt(() => this.claims(now))
    return claims instanceof SessionError ? undefined : codec.policy.expiresAt(claims)
  }

  /** How many seconds are left until then. 0 if the session has expired. */
  secondsLeft(now?: Instant): number {
    const at = clock(now)
    return Math.max(0, (this.expiresAt ?? at) - at)
  }

  /**
   * Logs a visitor in, after authentication: `data` replaces everything. ID and start are new, and the expiry is
   * forgotten. Carry over by name what is to survive, such as a cart.
   */
  logIn(data: T): void {
    this.#beginAnew(this.#reading.now, data)
  }

  /** As `logIn`, of a session that begins after a cutoff: right where the user's row has one from "log out everywhere". */
  logInAfter(cutoff: Instant, data: T): void {
    this.#beginAnew(Math.max(cutoffSeconds(cutoff), this.#reading.now), data)
  }

  /** Gives the session a new ID. Data and start stay. */
  cycleId(): void {
    this.#isReissued = true
    this.#newId = this.#reading.newId()
  }

  /** Empties the data. The session stays the same one, and the response clears its cookie if nothing is added. */
  clear(): void {
    this.data = this.#reading.empty()
  }

  /** Logs out: the response clears the cookie, whatever came. Returns the ID that ended, for a list of revoked sessions. */
  flush(): string | undefined {
    const ended = this.carriedId
    const { hadCookie } = this.#reading
    this.#touch()
    this.#origin = this.#expiry = this.#beginsAt = this.#newId = undefined
    this.#data = this.#reading.empty()
    this.#baseline = attempt(() => pack(this.#data))
    this.#isReissued = hadCookie
    this.#isFlushed ||= hadCookie
    return ended
  }

  /** Flushes a session that began before `cutoff`, as after "log out everywhere". Returns true if it did. */
  revokeBefore(cutoff: Instant): boolean {
    const isRevoked = this.#origin?.session.startedSince(cutoff) === false
    if (isRevoked) {
      this.#rejected = 'revoked'
      this.flush()
    }
    return isRevoked
  }

  /** @internal The ID of the session that is carried on. */
  get carriedId(): string | undefined {
    return this.#origin?.session.id
  }

  /** @internal What a response of this status is to do, but for revocation. */
  plan(status: number, now: number, saveEveryRequest: boolean): 'keep' | 'clear' | 'save' {
    const { hadCookie, isRefusedForGood } = this.#reading
    const takesOver = this.#isFlushed || this.#beginsAt !== undefined
    if (status >= 500) return this.#isFlushed ? 'clear' : 'keep'
    // Replacing or clearing ours would leave the planted one alone, and the visitor logged out.
    if (this.#rejected === 'ambiguous' && !takesOver) return 'keep'
    const isWritten = saveEveryRequest || this.#isRenewalDue(now) || this.isModified
    if (!isWritten && !this.#isAssigned) return isRefusedForGood ? 'clear' : 'keep'
    if (this.#isBlank()) return hadCookie && (this.#origin || takesOver || isRefusedForGood) ? 'clear' : 'keep'
    return isWritten ? 'save' : 'keep'
  }

  /** @internal The claims of the token that carries this session from `now` on, but for its first ID. */
  claims(now: number): Claims {
    const { codec } = this.#reading
    if (this.#origin === undefined) return codec.opening({ now: this.#beginsAt ?? now, expiry: this.expiry })
    const { session, previous } = this.#origin
    const options = { now, expiry: this.#expiry }
    return previous ? adopt(codec, previous, proofOf(session), options) : codec.reissue(proofOf(session), options)
  }

  /** @internal The ID that is new with the next token: one that was asked for, or the session's first. */
  nextId(): string | undefined {
    return this.#newId ?? (this.carriedId === undefined ? this.#reading.newId() : undefined)
  }

  /** @internal What the token is to hold: the payload that came, if the data is as it was. */
  payload(): Uint8Array {
    const origin = this.#origin && proofOf(this.#origin.session)
    if (this.#baseline === undefined && origin) return origin.payload
    const written = pack(this.#data)
    return origin && same(written, this.#baseline) ? origin.payload : written
  }

  #isBlank(): boolean {
    const { empty } = this.#reading
    return same(attempt(() => this.payload()), attempt(() => pack(empty())))
  }

  #isRenewalDue(now: number): boolean {
    const { session, previous } = this.#origin ?? {}
    return previous !== undefined || session?.renewal(now) !== undefined
  }

  #beginAnew(at: number, data: T): void {
    this.data = data
    this.#beginsAt = at
    this.#origin = this.#expiry = undefined
    this.#newId = this.#reading.newId()
  }

  #touch(): void {
    this.#isAccessed = true
    this.#baseline ??= attempt(() => pack(this.#data))
  }
}

/** What cannot be written is an error of the response, not of the handler that looks at it. */
function attempt<R>(write: () => R): R | SessionError {
  try {
    return write()
  } catch (error) {
    if (error instanceof SessionError) return error
    throw error
  }
}

function same(a: Uint8Array | SessionError | undefined, b: Uint8Array | SessionError | undefined): boolean {
  return a instanceof Uint8Array && b instanceof Uint8Array && equal(a, b)
}
