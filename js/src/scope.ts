// The purpose of a codec's tokens, and the context that they are bound to.

import { concat, equal, type Bytes } from './bytes.js'
import { contextBytes, type Context } from './context.js'
import type { Cipher, DerivedKey } from './derived-key.js'
import type { Policy } from './policy.js'

export interface Scope {
  readonly purpose: string
  readonly policy: Policy
  readonly maxLength: number
  readonly cipher: Cipher | undefined
  readonly keys: readonly DerivedKey[]
  readonly context: Context
  readonly contextBytes: Bytes
}

/** Returns the same scope in another context. */
export function inContext(scope: Scope, context: Context): Scope {
  return { ...scope, context, contextBytes: contextBytes(context) }
}

/** Returns the key that signs a token with this issue time. Only the token's own time counts. */
export function signer({ keys }: Scope, issuedAt: number): DerivedKey {
  const active = keys.filter(({ signsFrom }) => signsFrom <= issuedAt)
  return active.reduce((latest, key) => (key.signsFrom > latest.signsFrom ? key : latest))
}

/** Returns true if the scopes accept the same tokens, apart from keys and policy. */
export function isSameScope(a: Scope, b: Scope): boolean {
  return a.purpose === b.purpose && a.cipher === b.cipher && equal(a.contextBytes, b.contextBytes)
}

/** Returns the data that is signed besides the payload. */
export function boundBytes({ contextBytes }: Scope, header: ArrayLike<number>): Bytes {
  return concat(header, contextBytes)
}
