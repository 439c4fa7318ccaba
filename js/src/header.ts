// Reads and writes a token's header. FORMAT.md, "Token".

import { fromHex, toHex } from './bytes.js'
import type { Refusal } from './errors.js'

const VERSION = 1
const HAS_ID = 0x10
const HAS_AGE = 0x02
const IS_ENCRYPTED = 0x01

/** The expiry kinds, as FORMAT.md numbers them. */
export const POLICY = 0
export const AFTER = 1
export const AT = 2
export const BROWSER_CLOSE = 3

/** The claims of a header. Times are whole seconds since the Unix epoch. */
export interface Claims {
  readonly isEncrypted: boolean
  readonly keyId: number
  readonly startedAt: number
  readonly issuedAt: number
  /** 32 hexadecimal digits in lower case. */
  readonly id: string | undefined
  readonly expiryKind: number
  /** Seconds after `issuedAt`, or 0 if the kind has none. */
  readonly expirySeconds: number
}

export function writeHeader({ isEncrypted, keyId, startedAt, issuedAt, id, expiryKind, expirySeconds }: Claims): number[] {
  const age = issuedAt - startedAt
  const first = (VERSION << 5) | (id ? HAS_ID : 0) | (expiryKind << 2) | (age ? HAS_AGE : 0) | (isEncrypted ? IS_ENCRYPTED : 0)
  return [
    ...[first, keyId, issuedAt >>> 24, (issuedAt >>> 16) & 0xff, (issuedAt >>> 8) & 0xff, issuedAt & 0xff],
    ...((id && fromHex(id)) || []),
    ...varint(age),
    ...varint(expirySeconds),
  ]
}

/** Returns the claims and the header's length, or why the header is invalid. */
export function readHeader(bytes: Uint8Array): [Claims, number] | Refusal {
  const first = bytes[0]
  if (first === undefined) return 'malformed'
  if (first >> 5 !== VERSION) return 'unsupported_version'

  let at = 6
  /** Returns NaN for a number that is truncated or not canonical. */
  const positiveVarint = (): number => {
    let value = 0
    for (let scale = 1; scale <= 2 ** 28; scale *= 2 ** 7) {
      const byte = bytes[at++] ?? 0
      value += (byte & 0x7f) * scale
      // With a last byte of zero the form is not the shortest, or the value is zero. A header leaves zero out.
      if (byte < 0x80) return byte > 0 && value < 2 ** 32 ? value : NaN
    }
    return NaN
  }

  const [keyId = 0, a = 0, b = 0, c = 0, d = 0] = bytes.subarray(1)
  const issuedAt = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
  const id = first & HAS_ID ? toHex(bytes.subarray(at, (at += 16))) : undefined
  const startedAt = issuedAt - (first & HAS_AGE ? positiveVarint() : 0)
  const expiryKind = (first >> 2) & 3
  const expirySeconds = expiryKind === AFTER || expiryKind === AT ? positiveVarint() : 0
  const isWhole = startedAt >= 0 && expirySeconds >= 0 && at <= bytes.length
  if (!isWhole) return 'malformed'
  return [{ isEncrypted: (first & IS_ENCRYPTED) > 0, keyId, startedAt, issuedAt, id, expiryKind, expirySeconds }, at]
}

/** Writes unsigned LEB128, and nothing for zero, which a header leaves out. */
function varint(value: number): number[] {
  if (value < 0x80) return value > 0 ? [value] : []
  return [(value & 0x7f) | 0x80, ...varint(Math.floor(value / 0x80))]
}
