// Reads a token's header without a key.

import { fromBase64Url, toHex } from './bytes.js'
import { SIGNATURE_LENGTH, TAG_LENGTH } from './derived-key.js'
import type { Refused } from './errors.js'
import { readHeader } from './header.js'
import { requestedExpiry, type Expiry } from './policy.js'

/** Nothing here is authenticated: an attacker may control every field. For debugging, never for a decision. */
export interface Unverified {
  readonly version: 1
  readonly mode: 'signed' | 'encrypted'
  readonly keyId: string
  readonly id: string | undefined
  readonly startedAt: number
  readonly issuedAt: number
  readonly expiry: Expiry
  readonly payloadLength: number
  readonly tokenLength: number
}

/** Reads a token's header without a key. */
export function inspect(token: string): { readonly ok: true; readonly unverified: Unverified } | Refused {
  if (typeof token !== 'string') throw new TypeError('a token must be a string')
  const bytes = fromBase64Url(token)
  const header = bytes === undefined ? 'malformed' : readHeader(bytes)
  if (typeof header === 'string') return { ok: false, kind: header }
  const [{ isEncrypted, keyId, id, startedAt, issuedAt, ...claims }, length] = header
  const tagLength = isEncrypted ? TAG_LENGTH : 0
  const payloadLength = (bytes?.length ?? 0) - length - SIGNATURE_LENGTH - tagLength
  if (payloadLength < 1) return { ok: false, kind: 'malformed' }
  const unverified: Unverified = {
    version: 1,
    mode: isEncrypted ? 'encrypted' : 'signed',
    keyId: toHex([keyId]),
    id,
    startedAt,
    issuedAt,
    expiry: requestedExpiry(claims, issuedAt + claims.expirySeconds),
    payloadLength,
    tokenLength: token.length,
  }
  return { ok: true, unverified }
}
