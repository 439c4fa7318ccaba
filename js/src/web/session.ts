// A request's session: its data, and what happened to it.

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

/** The values that a session is created from. */
export interface Origin<T> {
  readonly session: Verified<T>
  /** The previous codec, if that one verified the token. */
  readonly previous: TokenCodec | undefined
}

export interface Reading<T> {
  readonly codec: TokenCodec
  readonly now: number
  readonly empty: () => T
  readonly newId: () => string | undefined
  readonly hadCookie: boolean
  readonly rejected: Rejection | undefined
  /** True if every cookie was refused for a reason that is permanent. */
  readonly isRefusedForGood: boolean
  readonly origin: Origin<T> | undefined
}

/** For the cookie alone. */
export let readingOf: <T>(session: Session<T>) => Reading<T>

/**
 * A request's session, for its handler. `SessionCookie` reads and writes it. `console.log` and `JSON.stringify` show no
 * session data.
 */
export class Session<T> {
  readonly #reading: Reading<T>
  #data: T
  #origin: Origin<T> | undefined
  #rejected: Rejection | undefined
  /** The encoded data from before the handler's first access. */
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

  /** The session's ID, if it has one: 32 hexadecimal digits. It is not a secret. */
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

  /** Whether the request had a cookie of this name, valid or not. */
  get hadCookie(): boolean {
    return this.#reading.hadCookie
  }

  /** Whether the handler read data, start or expiry, so that the response depends on the cookie. */
  get isAccessed(): boolean {
    return this.#isAccessed
  }

  /** Whether the handler changed the session, so that the response sets the cookie. Compares the encoded data. */
  get isModified(): boolean {
    const isSame = this.#baseline === undefined || same(this.#baseline, attempt(() => pack(this.#data)))
    return !isSame || this.#isReissued || this.#beginsAt !== undefined || this.#expiry !== undefined
  }

  /** Whether the session's data equals that of a new session. */
  get isEmpty(): boolean {
    this.#touch()
    return this.#isBlank()
  }

  /** The expiry that the session asks for. */
  get expiry(): Expiry {
    this.#touch()
    return this.#expiry ?? this.#origin?.session.expiry ?? 'policy'
  }

  /** Asks for this expiry. Throws a `SessionError` if it is in the past or exceeds `maxRequestedAge`. */
  setExpiry(expiry: Expiry): void {
    const { codec, now } = this.#reading
    codec.opening({ now, expiry })
    this.#touch()
    // Setting the default on a session that already has it needs no new cookie.
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

  /** How many seconds are left until the session expires. 0 if it has expired. */
  secondsLeft(now?: Instant): number {
    const at = clock(now)
    return Math.max(0, (this.expiresAt ?? at) - at)
  }

  /**
   * Logs a visitor in, after authentication. `data` replaces all data, ID and start are new, and the expiry is reset.
   * To keep data such as a cart, copy it into `data`.
   */
  logIn(data: T): void {
    this.#beginAnew(this.#reading.now, data)
  }

  /** Logs in as `logIn` does, and begins the session after a cutoff, such as the user's from "log out everywhere". */
  logInAfter(cutoff: Instant, data: T): void {
    this.#beginAnew(Math.max(cutoffSeconds(cutoff), this.#reading.now), data)
  }

  /** Gives the session a new ID. Data and start stay. */
  cycleId(): void {
    this.#isReissued = true
    this.#newId = this.#reading.newId()
  }

  /** Empties the data. ID and start stay, and the response clears the cookie if no data is added. */
  clear(): void {
    this.data = this.#reading.empty()
  }

  /** Logs out: the response clears the cookie, valid or not. Returns the ID that ended, for a list of revoked sessions. */
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

  /** @internal The ID of the session that this one continues. */
  get carriedId(): string | undefined {
    return this.#origin?.session.id
  }

  /** @internal Returns what a response with this status does with the cookie, before revocation is checked. */
  plan(status: number, now: number, saveEveryRequest: boolean): 'keep' | 'clear' | 'save' {
    const { hadCookie, isRefusedForGood } = this.#reading
    const takesOver = this.#isFlushed || this.#beginsAt !== undefined
    if (status >= 500) return this.#isFlushed ? 'clear' : 'keep'
    // Replacing or clearing our cookie would log the visitor out and leave the planted cookie in place.
    if (this.#rejected === 'ambiguous' && !takesOver) return 'keep'
    const isWritten = saveEveryRequest || this.#isRenewalDue(now) || this.isModified
    if (!isWritten && !this.#isAssigned) return isRefusedForGood ? 'clear' : 'keep'
    if (this.#isBlank()) return hadCookie && (this.#origin || takesOver || isRefusedForGood) ? 'clear' : 'keep'
    return isWritten ? 'save' : 'keep'
  }

  /** @internal Returns the claims of this session's next token, without its first ID. */
  claims(now: number): Claims {
    const { codec } = this.#reading
    if (this.#origin === undefined) return codec.opening({ now: this.#beginsAt ?? now, expiry: this.expiry })
    const { session, previous } = this.#origin
    const options = { now, expiry: this.#expiry }
    return previous ? adopt(codec, previous, proofOf(session), options) : codec.reissue(proofOf(session), options)
  }

  /** @internal Returns the next token's new ID: a requested one, or the session's first. */
  nextId(): string | undefined {
    return this.#newId ?? (this.carriedId === undefined ? this.#reading.newId() : undefined)
  }

  /** @internal Returns the next token's payload: the received one if the data is unchanged. */
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

/** Data that cannot be encoded fails when the response is written, not when the handler asks about it. */
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
