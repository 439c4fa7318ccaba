// A session whose token verified.

import { clock, cutoffSeconds, type Instant } from './check.js'
import type { DerivedKey } from './derived-key.js'
import { AT, type Claims } from './header.js'
import type { Expiry } from './policy.js'
import { signer, type Scope } from './scope.js'

/** A session's claims and codec. */
export interface Proof {
  /** The scope of the codec that verified it. */
  readonly scope: Scope
  readonly key: DerivedKey
  readonly claims: Claims
  /** The token's payload, which a renewal issues again byte for byte. */
  readonly payload: Uint8Array
}

/** For the codec and the cookie alone. */
export let proofOf: (session: Verified<unknown>) => Proof

/** Why a session should be issued again: another key signs now, or the token has reached its renewal age. */
export type Renewal = 'key' | 'age'

/**
 * A session whose token was decoded. Only `decode` makes one; a codec of another mode, purpose or
 * context refuses to update or renew it. `console.log` and `JSON.stringify` show no session data.
 */
export class Verified<T> {
  readonly ok = true
  /** The session's ID, if it has one: 32 hexadecimal digits. */
  readonly id: string | undefined
  /** When the session began, in seconds since 1970. Updates and renewals do not change it. */
  readonly startedAt: number
  /** When this token was issued, in seconds since 1970. */
  readonly issuedAt: number
  /** When this token expires, in seconds since 1970: by its own expiry or the absolute timeout, whichever is earlier. */
  readonly expiresAt: number
  /** The expiry that the session asked for. An instant is returned as it is enforced. */
  readonly expiry: Expiry
  /** The ID of the key that signed this token. */
  readonly keyId: string
  readonly #data: T
  readonly #proof: Proof

  static {
    proofOf = (session) => session.#proof
  }

  /** @internal */
  constructor(data: T, proof: Proof) {
    const { claims, scope, key } = proof
    this.id = claims.id
    this.startedAt = claims.startedAt
    this.issuedAt = claims.issuedAt
    this.expiresAt = scope.policy.expiresAt(claims)
    this.expiry = scope.policy.expiry(claims)
    this.keyId = key.id
    this.#data = data
    this.#proof = proof
  }

  get data(): T {
    return this.#data
  }

  /** Why the session should be issued again, if at all. Undefined for `{ at }`, because renewing cannot move its expiry. */
  renewal(now?: Instant): Renewal | undefined {
    const { scope, claims, key } = this.#proof
    const at = clock(now)
    if (claims.expiryKind === AT) return undefined
    if (signer(scope, Math.max(at, claims.issuedAt)) !== key) return 'key'
    return at < scope.policy.renewalDueAt(claims) ? undefined : 'age'
  }

  /** Returns false if the session began before `cutoff`, as after "log out everywhere". */
  startedSince(cutoff: Instant): boolean {
    return this.startedAt >= cutoffSeconds(cutoff)
  }
}
