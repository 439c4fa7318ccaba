// Binds codecs to a cookie's name, and to the context of another codec.

import { equal } from '../bytes.js'
import { clock } from '../check.js'
import { scopeOf, TokenCodec, type IssueOptions } from '../codec.js'
import { framed, type ContextPart } from '../context.js'
import { refuse } from '../errors.js'
import type { Claims } from '../header.js'
import { inContext, isSameScope, signer } from '../scope.js'
import type { Proof } from '../verified.js'

/** Returns the same codec, with the cookie's name in front of its context. */
export function withFirstPart(codec: TokenCodec, part: ContextPart): TokenCodec {
  const scope = scopeOf(codec)
  return new TokenCodec(inContext(scope, [framed(part), ...scope.context]))
}

/** Returns the codec in the context of the other one. */
export function inContextOf(codec: TokenCodec, other: TokenCodec): TokenCodec {
  return new TokenCodec(inContext(scopeOf(codec), scopeOf(other).context))
}

export function haveSameContext(a: TokenCodec, b: TokenCodec): boolean {
  return equal(scopeOf(a).contextBytes, scopeOf(b).contextBytes)
}

export function isUnbound(codec: TokenCodec): boolean {
  return scopeOf(codec).context.length === 0
}

/** Returns true if the codecs accept the same tokens, apart from keys and policy. */
export function bindAlike(a: TokenCodec, b: TokenCodec): boolean {
  return isSameScope(scopeOf(a), scopeOf(b))
}

/** Returns the claims with which a codec continues a session of another codec. */
export function adopt(codec: TokenCodec, previous: TokenCodec, proof: Proof, { now, expiry }: IssueOptions): Claims {
  const scope = scopeOf(codec)
  const claims = previous.reissue(proof, { now })
  refuse(scope.policy.check(claims, clock(now)))
  return {
    ...claims,
    isEncrypted: scope.cipher !== undefined,
    keyId: signer(scope, claims.issuedAt).number,
    ...(expiry === undefined ? {} : scope.policy.claim(expiry, claims.issuedAt)),
  }
}
