// What a codec's tokens are for, and bound to.

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

/** The same scope in another context. */
export function inContext(scope: Scope, context: Context): Scope {
  return { ...scope, context, contextBytes: contextBytes(context) }
}

/** The key that signs a token issued then: a question of the token's own time, whatever the clocks say. */
export function signer({ keys }: Scope, issuedAt: number): DerivedKey {
  const active = keys.filter(({ signsFrom }) => signsFrom <= issuedAt)
  return active.reduce((latest, key) => (key.signsFrom > latest.signsFrom ? key : latest))
}

/** Whether tokens of one are tokens of the other, but for keys and policy. */
export function isSameScope(a: Scope, b: Scope): boolean {
  return a.purpose === b.purpose && a.cipher === b.cipher && equal(a.contextBytes, b.contextBytes)
}

/** What is signed besides the payload. */
export function boundBytes({ contextBytes }: Scope, header: ArrayLike<number>): Bytes {
  return concat(header, contextBytes)
}
