// The context: data that a token is bound to but does not contain. FORMAT.md, "Encode", step 2.

import { concat, utf8, type Bytes } from './bytes.js'

/** A part of a context: bytes, or text that is encoded as UTF-8. */
export type ContextPart = string | Uint8Array

/** The encoded parts, each with its length in front. */
export type Context = readonly Bytes[]

export function framed(part: ContextPart): Bytes {
  const bytes = typeof part === 'string' ? utf8(part) : part
  if (!(bytes instanceof Uint8Array) || bytes.length > 65_535) {
    throw new RangeError('a part of a context must be text or a Uint8Array of at most 65535 bytes')
  }
  return concat([bytes.length >> 8, bytes.length & 0xff], bytes)
}

/** Encodes the number of parts, and then the parts. */
export function contextBytes(context: Context): Bytes {
  if (context.length > 255) throw new RangeError(`a context has ${context.length} parts; the limit is 255`)
  return concat([context.length], ...context)
}
