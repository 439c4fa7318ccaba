// Codecs as a cookie binds them: to its name, and from one to another.

import { equal } from '../bytes.js'
import { clock } from '../check.js'
import { scopeOf, TokenCodec, type IssueOptions } from '../codec.js'
import { framed, type ContextPart } from '../context.js'
import { refuse } from '../errors.js'
import type { Claims } from '../header.js'
import { inContext, isSameScope, signer } from '../scope.js'
import type { Proof } from '../verified.js'

/** The same codec, bound to a part in front of those that there are: the cookie's name. */
export function withFirstPart(codec: TokenCodec, part: ContextPart): TokenCodec {
  const scope = scopeOf(codec)
  return new TokenCodec(inContext(scope, [framed(part), ...scope.context]))
}

/** The codec, bound as the other one is. */
export function inContextOf(codec: TokenCodec, other: TokenCodec): TokenCodec {
  return new TokenCodec(inContext(scopeOf(codec), scopeOf(other).context))
}

export function haveSameContext(a: TokenCodec, b: TokenCodec): boolean {
  return equal(scopeOf(a).contextBytes, scopeOf(b).contextBytes)
}

export function isUnbound(codec: TokenCodec): boolean {
  return scopeOf(codec).context.length === 0
}

/** Whether tokens of one are tokens of the other, but for keys and policy. */
export function bindAlike(a: TokenCodec, b: TokenCodec): boolean {
  return isSameScope(scopeOf(a), scopeOf(b))
}

/** The claims under which a codec carries on a session of another one. */
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
