// Reads the session from a request's cookies, and writes it into the response's headers.

import { checkOptions, clock, seconds, type Instant } from '../check.js'
import { TokenCodec, type Now } from '../codec.js'
import type { ContextPart } from '../context.js'
import { SessionError, type Refusal } from '../errors.js'
import { BROWSER_CLOSE, type Claims } from '../header.js'
import { checkedId, generateSessionId } from '../session-id.js'
import { proofOf } from '../verified.js'
import { checkedAttributes, type AttributeOptions } from './attributes.js'
import { adopt, bindAlike, haveSameContext, inContextOf, isUnbound as isCodecUnbound, withFirstPart } from './bound.js'
import { candidates, type CookieSource } from './candidates.js'
import { SessionHeaders, type ResponseLike } from './headers.js'
import { readingOf, Session, type Origin } from './session.js'

/** The longest cookie that browsers keep: name and value, in bytes. */
const MAX_COOKIE_BYTES = 4096
/** How long browsers keep a cookie. */
const MAX_AGE = 400 * 86_400

interface Previous {
  readonly codec: TokenCodec
  readonly until: Instant
  /** Accepts tokens that are not bound to this cookie's name and context, in every context. Defaults to false. */
  readonly isUnbound?: boolean | undefined
}

interface BaseOptions<T> extends AttributeOptions {
  readonly codec: TokenCodec
  /** Where session IDs come from. Defaults to `generateSessionId`; `'none'` for sessions without an ID. */
  readonly idSource?: (() => string) | 'none' | undefined
  /** Returns true if the session ID is revoked. If it returns promises, call the `…Async` methods. */
  readonly isRevoked?: ((id: string) => boolean | Promise<boolean>) | undefined
  /** A codec whose tokens are still accepted, and until when. The response replaces them with tokens of `codec`. */
  readonly acceptPrevious?: Previous | undefined
  /** Sets the cookie in every response of a session that is not empty. Defaults to false. */
  readonly saveEveryRequest?: boolean | undefined
  /**
   * Checks a token's payload and returns the session's data. If it throws, the cookie is rejected with `payload`.
   * Defaults to accepting any object.
   */
  readonly parse?: ((payload: unknown) => T) | undefined
}

/** The options of a session cookie. `empty` creates the data of a new session. Defaults to `{}` if the type allows it. */
export type SessionCookieOptions<T> = BaseOptions<T> &
  ({} extends T ? { readonly empty?: (() => T) | undefined } : { readonly empty: () => T })

/** The result of trying a cookie value: a session, or the reason for its rejection. */
type Tried<T> = { readonly accepted: Origin<T> } | { readonly refusal: Refusal }

interface Reads<T> {
  readonly now: number
  readonly tried: readonly Tried<T>[]
  /** Whether there were more values than the limit. */
  readonly isCut: boolean
}

const OPTIONS =
  'codec name path domain secure httpOnly sameSite partitioned idSource isRevoked acceptPrevious saveEveryRequest parse empty'
/** A cookie rejected for these reasons can never be valid again. For other reasons the server does not clear it. */
const NEVER_VALID: readonly string[] = ['malformed', 'too_long', 'revoked', 'revoked_id']
/** For these rejections, the signature was valid. */
const AUTHENTIC: readonly string[] = ['retired_key', 'not_yet_valid', 'expired', 'revoked', 'payload']

/** Reads sessions from requests and writes them into responses. Create it once, at the start of the program. */
export class SessionCookie<T = Record<string, unknown>> {
  readonly #options: SessionCookieOptions<T>
  readonly #attributes: string
  readonly #previous: TokenCodec | undefined
  readonly #until: number
  readonly name: string
  /** The codec, bound to the cookie's name and to the context. */
  readonly codec: TokenCodec

  constructor(options: SessionCookieOptions<T>) {
    checkOptions(options, OPTIONS)
    const { codec, acceptPrevious } = options
    if (!(codec instanceof TokenCodec)) throw new TypeError('codec must be made by Codec.signed or Codec.encrypted')
    const { name, attributes } = checkedAttributes(options)
    this.#options = options
    this.#attributes = attributes
    this.name = name
    this.codec = withFirstPart(codec, name)
    this.#previous = acceptPrevious && previousCodec(acceptPrevious, codec, this.codec)
    this.#until = acceptPrevious ? seconds('acceptPrevious.until', acceptPrevious.until) : 0
  }

  /** Returns the same cookie, bound to further context such as a tenant or a device. The tokens do not contain it. */
  withContext(...parts: readonly ContextPart[]): SessionCookie<T> {
    const codec = this.#options.codec.withContext(...parts)
    const previous = this.#options.acceptPrevious
    const acceptPrevious = previous?.isUnbound || !previous ? previous : { ...previous, codec: inContextOf(previous.codec, codec) }
    return new SessionCookie<T>({ ...this.#options, codec, acceptPrevious })
  }

  /** Returns the request's session. No input from a visitor makes it throw. */
  read(source: CookieSource, { now }: Now = {}): Session<T> {
    return this.#choose(this.#try(source, clock(now)), (id) => this.#isRevoked(id))
  }

  /** Returns the request's session, if `isRevoked` returns promises. */
  async readAsync(source: CookieSource, { now }: Now = {}): Promise<Session<T>> {
    const reads = this.#try(source, clock(now))
    const ids = reads.tried.map((tried) => ('accepted' in tried ? tried.accepted.session.id : undefined))
    const answers = await Promise.all(ids.map((id) => this.#ask(id)))
    return this.#choose(reads, (id) => checkedAnswer(answers[ids.indexOf(id)]))
  }

  /**
   * Returns the session's headers for a response with this status.
   *
   * Throws a `SessionError` if the cookie would be too long for a browser, or the data cannot be encoded.
   */
  headersFor(session: Session<T>, status: number, { now }: Now = {}): SessionHeaders {
    const at = clock(now)
    const action = this.#plan(session, status, at)
    return this.#headers(session, at, action, action === 'save' && this.#isRevoked(session.carriedId))
  }

  /** Returns the session's headers as `headersFor` does, if `isRevoked` returns promises. */
  async headersForAsync(session: Session<T>, status: number, { now }: Now = {}): Promise<SessionHeaders> {
    const at = clock(now)
    const action = this.#plan(session, status, at)
    return this.#headers(session, at, action, action === 'save' && checkedAnswer(await this.#ask(session.carriedId)))
  }

  /** Adds the session's headers to the response and returns it, or a copy if its headers are immutable. */
  commit<R extends ResponseLike>(session: Session<T>, response: R, options: Now = {}): R {
    return this.headersFor(session, response.status, options).appliedTo(response)
  }

  /** Adds the session's headers as `commit` does, if `isRevoked` returns promises. */
  async commitAsync<R extends ResponseLike>(session: Session<T>, response: R, options: Now = {}): Promise<R> {
    return (await this.headersForAsync(session, response.status, options)).appliedTo(response)
  }

  #try(source: CookieSource, now: number): Reads<T> {
    const { values, isCut } = candidates(source, this.name)
    return { now, isCut, tried: values.map((token) => this.#accept(token, now)) }
  }

  /** A header's string has one character per byte. */
  #accept(token: string, now: number): Tried<T> {
    const { parse = anyObject as (payload: unknown) => T } = this.#options
    const session = this.codec.verify(token, token.length, now, parse)
    if (typeof session !== 'string') return { accepted: { session, previous: undefined } }
    const previous = this.#previous
    if (previous === undefined || now >= this.#until || AUTHENTIC.includes(session)) return { refusal: session }
    const earlier = previous.verify(token, token.length, now, parse)
    if (typeof earlier === 'string') return { refusal: AUTHENTIC.includes(earlier) ? earlier : session }
    const claims = outcome(() => adopt(this.codec, previous, proofOf(earlier), { now }))
    return typeof claims === 'string' && AUTHENTIC.includes(claims) ? { refusal: claims as Refusal } : { accepted: { session: earlier, previous } }
  }

  #choose({ now, tried, isCut }: Reads<T>, isRevoked: (id: string | undefined) => boolean): Session<T> {
    const refusals: (Refusal | 'revoked_id')[] = []
    let newest: Origin<T> | undefined
    let isAmbiguous = false
    for (const one of tried) {
      if ('refusal' in one) refusals.push(one.refusal)
      else if (isRevoked(one.accepted.session.id)) refusals.push('revoked_id')
      else {
        isAmbiguous ||= newest !== undefined && !isSameSession(newest, one.accepted)
        newest = newest === undefined || isNewer(one.accepted, newest) ? one.accepted : newest
      }
    }
    const { empty = () => ({}) as T } = this.#options
    const isRefused = tried.length > 0 && newest === undefined && !isCut
    return new Session<T>({
      codec: this.codec,
      now,
      empty,
      newId: () => this.#newId(),
      hadCookie: tried.length > 0,
      rejected: isAmbiguous ? 'ambiguous' : newest ? undefined : refusals[0],
      isRefusedForGood: isRefused && refusals.every((refusal) => NEVER_VALID.includes(refusal)),
      origin: isAmbiguous ? undefined : newest,
    })
  }

  #plan(session: Session<T>, status: number, now: number): 'keep' | 'clear' | 'save' {
    if (!bindAlike(readingOf(session).codec, this.codec)) {
      throw new SessionError('other_cookie', 'the session was read by another cookie: of another name, purpose, mode or context')
    }
    return session.plan(status, now, this.#options.saveEveryRequest === true)
  }

  #headers(session: Session<T>, now: number, action: 'keep' | 'clear' | 'save', isRevoked: boolean): SessionHeaders {
    const saved = action === 'save' ? this.#save(session, now, isRevoked) : action
    if (saved === 'keep') return new SessionHeaders('keep', undefined, session.isAccessed)
    if (saved !== 'clear') return new SessionHeaders('set', saved, true)
    const header = `${this.name}=; ${this.#attributes}; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT`
    return new SessionHeaders('clear', header, true)
  }

  /** Returns the Set-Cookie header, or what to do if the session ended during the request. */
  #save(session: Session<T>, now: number, isRevoked: boolean): string {
    if (isRevoked) return 'clear'
    const claims = outcome(() => session.claims(now))
    // The browser drops a cookie after its Max-Age, but does not know that a requested expiry has passed.
    if (typeof claims === 'string') return claims === 'expiry_not_later' && session.hadCookie ? 'clear' : 'keep'
    const { codec } = this
    if (codec.policy.check(claims, Math.max(now, readingOf(session).now)) === 'not_yet_valid') {
      throw new SessionError('not_yet_valid', 'the session would begin further ahead than the leeway; is its cutoff right?')
    }
    const value = `${this.name}=${codec.issue({ ...claims, id: session.nextId() ?? claims.id }, session.payload())}`
    // The = between name and value does not count.
    if (value.length - 1 > MAX_COOKIE_BYTES) {
      throw new SessionError('too_long', `the cookie is ${value.length - 1} characters long with its name; the limit is ${MAX_COOKIE_BYTES}`)
    }
    const maxAge = Math.min(Math.max(codec.policy.expiresAt(claims) - now, 0), MAX_AGE)
    return `${value}; ${this.#attributes}${claims.expiryKind === BROWSER_CLOSE ? '' : `; Max-Age=${maxAge}`}`
  }

  #newId(): string | undefined {
    const { idSource = generateSessionId } = this.#options
    return idSource === 'none' ? undefined : checkedId(idSource())
  }

  #ask(id: string | undefined): unknown {
    const { isRevoked } = this.#options
    return id !== undefined && isRevoked !== undefined && isRevoked(id)
  }

  #isRevoked(id: string | undefined): boolean {
    return checkedAnswer(this.#ask(id))
  }
}

/** Binds the previous codec to the cookie's context. It must not have another context. */
function previousCodec({ codec, isUnbound = false }: Previous, given: TokenCodec, bound: TokenCodec): TokenCodec {
  if (isUnbound) return codec
  if (haveSameContext(codec, given) || isCodecUnbound(codec)) return inContextOf(codec, bound)
  throw new TypeError('acceptPrevious.codec has another context than codec; leave its context out, or set isUnbound')
}

/** Throws for anything but a boolean, such as a promise or a store's value for "not found". */
function checkedAnswer(answer: unknown): boolean {
  if (typeof answer === 'boolean') return answer
  throw new TypeError('isRevoked must return true or false; if it returns a promise, call readAsync and commitAsync')
}

/** Returns the claims of a session's next token, or why the session ended. */
function outcome(claims: () => Claims): Claims | string {
  try {
    return claims()
  } catch (error) {
    if (error instanceof SessionError && [...AUTHENTIC, 'expiry_not_later'].includes(error.kind)) return error.kind
    throw error
  }
}

/** Two sessions without an ID count as different sessions. */
function isSameSession<T>(a: Origin<T>, b: Origin<T>): boolean {
  return a.session.id !== undefined && a.session.id === b.session.id
}

function isNewer<T>(a: Origin<T>, b: Origin<T>): boolean {
  if (a.session.issuedAt !== b.session.issuedAt) return a.session.issuedAt > b.session.issuedAt
  return a.previous === undefined && b.previous !== undefined
}

function anyObject(payload: unknown): object {
  if (typeof payload === 'object' && payload !== null && Object.getPrototypeOf(payload) === Object.prototype) return payload
  throw new TypeError('not an object')
}
