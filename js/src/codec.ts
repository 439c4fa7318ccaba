// Encodes and decodes tokens. Only this file knows the order of FORMAT.md's steps.

import { concat, fromBase64Url, toBase64Url, utf8 } from './bytes.js'
import { checkOptions, clock, span, type Instant } from './check.js'
import { contextBytes, framed, type ContextPart } from './context.js'
import { DerivedKey, SIGNATURE_LENGTH, TAG_LENGTH, type Cipher } from './derived-key.js'
import { refuse, SessionError, type Refusal, type Refused } from './errors.js'
import { readHeader, writeHeader, type Claims } from './header.js'
import { slotsOf, type KeyRing } from './keys.js'
import { pack } from './pack.js'
import { issueTime, Policy, type Expiry, type Limits } from './policy.js'
import { boundBytes, inContext, isSameScope, signer, type Scope } from './scope.js'
import { checkedId } from './session-id.js'
import { unpack } from './unpack.js'
import { proofOf, Verified, type Proof } from './verified.js'

/** The options of a codec. */
export interface CodecOptions extends Limits {
  /** The application, environment and use of the tokens, as in `shop/production/session`. Another purpose refuses them. */
  readonly purpose: string
  readonly keys: KeyRing
  /** The schema's name, for sessions that Rust writes as arrays with `compact`. Their data is an array here too. */
  readonly compact?: string | undefined
  /** The longest token, in characters. Defaults to 4096, the longest cookie that browsers keep. */
  readonly maxLength?: number | undefined
}

/** The time of the call. Defaults to `Date.now()`. */
export interface Now {
  readonly now?: Instant | undefined
}

/** The options of a new session, and of an update. */
export interface IssueOptions extends Now {
  /** The session's ID: 32 hexadecimal digits, as from `generateSessionId`. */
  readonly id?: string | undefined
  readonly expiry?: Expiry | undefined
}

/** The options of decoding. */
export interface DecodeOptions<T> extends Now {
  /** Checks the payload and returns the data. If it throws, the token is refused with `payload`. */
  readonly parse?: ((payload: unknown) => T) | undefined
}

/** For the cookie alone. */
export let scopeOf: (codec: TokenCodec) => Scope

/** Encodes and decodes the tokens of one purpose. Create it once, at the start of the program. It is immutable. */
export class TokenCodec {
  readonly #scope: Scope

  static {
    scopeOf = (codec) => codec.#scope
  }

  /** @internal */
  constructor(scope: Scope) {
    this.#scope = scope
  }

  /** @internal */
  get policy(): Policy {
    return this.#scope.policy
  }

  get maxAge(): number {
    return this.policy.maxAge
  }

  /** How many seconds a list of revoked sessions must remember one. The leeway is included. */
  get maxLifetime(): number {
    return this.policy.maxLifetime
  }

  /**
   * Returns the cutoff that ends all current sessions, for "log out everywhere", in seconds since 1970. It is ahead of
   * now by half of the leeway, so that it also ends sessions from a server whose clock is ahead.
   */
  cutoff({ now }: Now = {}): number {
    return this.policy.cutoff(clock(now))
  }

  /** Returns the same codec, bound to further context such as a tenant or a device. The tokens do not contain it. */
  withContext(...parts: readonly ContextPart[]): TokenCodec {
    return new TokenCodec(inContext(this.#scope, [...this.#scope.context, ...parts.map(framed)]))
  }

  /**
   * Begins a session and returns its token.
   *
   * Throws a `SessionError` if the token is too long, a time is out of range, or the data cannot be encoded.
   */
  begin(data: unknown, options: IssueOptions = {}): string {
    return this.issue(this.opening(options), pack(data))
  }

  /**
   * Returns a token for the same session with other data. Start, ID and expiry stay, unless the options change ID or
   * expiry.
   *
   * Throws a `SessionError` if the session is no longer valid, belongs to another codec, or cannot be encoded.
   */
  update(session: Verified<unknown>, data: unknown, options: IssueOptions = {}): string {
    return this.issue(this.reissue(proofOf(session), options), pack(data))
  }

  /**
   * Issues the same session again, with its token's payload. To save changes of `session.data`, call `update`.
   *
   * Throws as `update` does.
   */
  renew(session: Verified<unknown>, { now }: Now = {}): string {
    const proof = proofOf(session)
    return this.issue(this.reissue(proof, { now }), proof.payload)
  }

  /** Verifies a token. No input from a visitor makes it throw. */
  decode<T = unknown>(token: string, { now, parse }: DecodeOptions<T> = {}): Verified<T> | Refused {
    if (typeof token !== 'string') throw new TypeError('a token must be a string')
    // UTF-8 never has fewer bytes than the string has UTF-16 units.
    const length = token.length > this.#scope.maxLength ? token.length : utf8(token).length
    const session = this.verify(token, length, clock(now), parse)
    return typeof session === 'string' ? { ok: false, kind: session } : session
  }

  /** @internal Decodes a token whose length in bytes the caller knows. */
  verify<T>(token: string, length: number, now: number, parse?: (payload: unknown) => T): Verified<T> | Refusal {
    const proof = this.#open(token, length, now)
    if (typeof proof === 'string') return proof
    // 11. payload
    try {
      const payload = unpack(proof.payload)
      return new Verified(parse === undefined ? (payload as T) : parse(payload), proof)
    } catch {
      return 'payload'
    }
  }

  /** @internal Returns the claims of a new session. */
  opening({ now, id, expiry = 'policy' }: IssueOptions): Claims {
    const issuedAt = issueTime(clock(now))
    return {
      isEncrypted: this.#scope.cipher !== undefined,
      keyId: signer(this.#scope, issuedAt).number,
      startedAt: issuedAt,
      issuedAt,
      id: id === undefined ? id : checkedId(id),
      ...this.policy.claim(expiry, issuedAt),
    }
  }

  /** @internal Returns the claims of a session that is issued again. FORMAT.md, "Renew and update". */
  reissue({ scope, key, claims }: Proof, { now, id = claims.id, expiry }: IssueOptions): Claims {
    if (!isSameScope(scope, this.#scope)) {
      throw new SessionError('other_codec', 'the session was verified by a codec of another mode, purpose or context')
    }
    const at = clock(now)
    const own = this.#scope.keys.find((other) => other.equals(key))
    refuse(own === undefined ? 'unknown_key' : this.#expired(own, claims, at))
    const kept = this.policy.reissue(claims, at)
    return {
      ...kept,
      keyId: signer(this.#scope, kept.issuedAt).number,
      id: id === undefined ? id : checkedId(id),
      ...(expiry === undefined ? {} : this.policy.claim(expiry, kept.issuedAt)),
    }
  }

  /** @internal FORMAT.md, "Encode". */
  issue(claims: Claims, payload: Uint8Array): string {
    const header = writeHeader(claims)
    const bytes = header.length + SIGNATURE_LENGTH + payload.length + (this.#scope.cipher ? TAG_LENGTH : 0)
    const length = Math.ceil((bytes * 4) / 3)
    if (length > this.#scope.maxLength) {
      throw new SessionError('too_long', `the token is ${length} characters long; the limit is ${this.#scope.maxLength}`)
    }
    const bound = boundBytes(this.#scope, header)
    return toBase64Url(concat(header, ...signer(this.#scope, claims.issuedAt).seal(bound, payload)))
  }

  /** FORMAT.md, "Decode", steps 1 to 10. */
  #open(token: string, tokenLength: number, now: number): Proof | Refusal {
    // 1. length
    if (tokenLength > this.#scope.maxLength) return 'too_long'
    // 2. text
    const bytes = fromBase64Url(token)
    if (bytes === undefined) return 'malformed'
    // 3. header, and the least size of signature and body
    const header = readHeader(bytes)
    if (typeof header === 'string') return header
    const [claims, headerLength] = header
    const bodyAt = headerLength + SIGNATURE_LENGTH
    if (bytes.length <= bodyAt + (claims.isEncrypted ? TAG_LENGTH : 0)) return 'malformed'
    // 4. mode
    if (claims.isEncrypted !== (this.#scope.cipher !== undefined)) return 'wrong_mode'
    // 5. key
    const named = this.#scope.keys.filter((key) => key.number === claims.keyId)
    if (named.length === 0) return 'unknown_key'
    // 6. signature
    const bound = boundBytes(this.#scope, bytes.subarray(0, headerLength))
    for (const key of named) {
      const payload = key.open(bound, bytes.subarray(headerLength, bodyAt), bytes.subarray(bodyAt))
      // 7. to 10. retirement, times
      if (payload !== undefined) return this.#expired(key, claims, now) ?? { scope: this.#scope, key, claims, payload }
    }
    return 'bad_signature'
  }

  /** FORMAT.md, "Decode", steps 7 to 10. */
  #expired(key: DerivedKey, claims: Claims, now: number): Refusal | undefined {
    return claims.issuedAt > key.retiredAt ? 'retired_key' : this.policy.check(claims, now)
  }
}

/** Creates a codec of signed tokens. Anyone can read a token, but only key holders can create or change one. */
export function signed(options: CodecOptions): TokenCodec {
  return codecOf(options, undefined)
}

export function codecOf(options: CodecOptions, cipher: Cipher | undefined): TokenCodec {
  checkOptions(options, 'purpose keys compact maxLength maxAge maxRequestedAge absoluteTimeout leeway notBefore renewAfter')
  const purpose = fullPurpose(options)
  const { keys, maxLength = 4096 } = options
  return new TokenCodec({
    purpose,
    policy: new Policy(options),
    maxLength: span('maxLength', maxLength, 1, 2 ** 16),
    cipher,
    keys: slotsOf(keys).map((slot) => new DerivedKey(slot, purpose, cipher)),
    context: [],
    contextBytes: contextBytes([]),
  })
}

function fullPurpose({ purpose, compact }: CodecOptions): string {
  const parts = compact === undefined ? [purpose] : [purpose, compact]
  // UTF-8 would replace a lone surrogate with U+FFFD, so different strings would become equal.
  const isName = (part: unknown): boolean => typeof part === 'string' && /^[^\x1f\p{Surrogate}]+$/u.test(part)
  if (parts.every(isName)) return parts.join('\x1f')
  throw new TypeError('purpose, and compact if set, must be text that is not empty and does not contain U+001F')
}
