// Values -> MessagePack, in the shortest form of each. Refuses what would not come back.

import { utf8, type Bytes } from './bytes.js'
import { SessionError } from './errors.js'

/** How many arrays and maps may be inside each other. */
export const MAX_DEPTH = 64

/** A value of MessagePack's extension types, which JavaScript has no counterpart of. */
export class Extension {
  /** From −128 to 127. Negative ones are MessagePack's own. */
  readonly type: number
  readonly bytes: Uint8Array

  constructor(type: number, bytes: Uint8Array) {
    this.type = type
    this.bytes = bytes
  }
}

/** The bytes of `value`. A field that is `undefined` is left out, as in JSON. */
export function pack(value: unknown): Bytes {
  const out: number[] = []
  const view = new DataView(new ArrayBuffer(8))

  const unsigned = (value: number, size: number): void => {
    for (let shift = 8 * size - 8; shift >= 0; shift -= 8) out.push((value >>> shift) & 0xff)
  }
  const marked = (marker: number, value: number, size: number): void => {
    out.push(marker)
    unsigned(value, size)
  }
  /** The eight bytes in `view`. */
  const wide = (marker: number): void => {
    marked(marker, view.getUint32(0), 4)
    unsigned(view.getUint32(4), 4)
  }
  const append = (bytes: Uint8Array): void => {
    for (const byte of bytes) out.push(byte)
  }

  /** A length in its shortest form: in the marker, or in 1, 2 or 4 bytes. There may be no form in the marker, or in 1 byte. */
  const head = (length: number, fixed: number, fixedEnd: number, marker8: number, marker16: number): void => {
    if (length < fixedEnd) out.push(fixed | length)
    else if (length < 0x100 && marker8 > 0) marked(marker8, length, 1)
    else if (length < 0x10000) marked(marker16, length, 2)
    else marked(marker16 + 1, length, 4)
  }

  const integer = (value: number | bigint): void => {
    if (value >= -0x20 && value < 0x80) {
      out.push(Number(value) & 0xff)
    } else if (value >= -0x80000000 && value <= 0xffffffff) {
      const narrowed = Number(value)
      // Half of what is negative reaches as far as what is not.
      const reach = narrowed < 0 ? -2 * narrowed - 1 : narrowed
      const size = reach < 0x100 ? 0 : reach < 0x10000 ? 1 : 2
      marked((narrowed < 0 ? 0xd0 : 0xcc) + size, narrowed, 1 << size)
    } else if (value < -(2n ** 63n) || value >= 2n ** 64n) {
      throw unwritable('an integer of more than 64 bits')
    } else {
      view.setBigInt64(0, BigInt(value))
      wide(value < 0 ? 0xd3 : 0xcf)
    }
  }

  const number = (value: number): void => {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) return integer(value)
    view.setFloat64(0, value)
    wide(0xcb)
  }

  const text = (text: string): void => {
    if (/\p{Surrogate}/u.test(text)) throw unwritable('text with half of a surrogate pair')
    const bytes = utf8(text)
    head(bytes.length, 0xa0, 32, 0xd9, 0xda)
    append(bytes)
  }

  const binary = (bytes: Uint8Array): void => {
    head(bytes.length, 0, 0, 0xc4, 0xc5)
    append(bytes)
  }

  const extension = ({ type, bytes }: Extension): void => {
    const fixed = [1, 2, 4, 8, 16].indexOf(bytes.length)
    if (fixed < 0) head(bytes.length, 0, 0, 0xc7, 0xc8)
    else out.push(0xd4 + fixed)
    out.push(type & 0xff)
    append(bytes)
  }

  const map = (entries: readonly [unknown, unknown][], depth: number): void => {
    head(entries.length, 0x80, 16, 0, 0xde)
    for (const entry of entries) for (const side of entry) any(side, depth)
  }

  const object = (value: object, depth: number): void => {
    if (value instanceof Uint8Array) return binary(value)
    if (value instanceof Extension) return extension(value)
    if (depth < 0) throw unwritable(`more than ${MAX_DEPTH} levels of arrays and maps`)
    if (value instanceof Map) return map(distinct(value), depth)
    if (Array.isArray(value)) {
      head(value.length, 0x90, 16, 0, 0xdc)
      for (const item of value) any(item, depth)
      return
    }
    const prototype = Object.getPrototypeOf(value)
    if (prototype && Object.getPrototypeOf(prototype)) throw unwritable(`an instance of ${prototype.constructor.name}`)
    map(
      Object.entries(value).filter(([, field]) => field !== undefined),
      depth,
    )
  }

  const any = (value: unknown, depth: number): void => {
    if (typeof value === 'string') text(value)
    else if (typeof value === 'number') number(value)
    else if (typeof value === 'boolean') out.push(value ? 0xc3 : 0xc2)
    else if (typeof value === 'bigint') integer(value)
    else if (value === null) out.push(0xc0)
    else if (typeof value === 'object') object(value, depth - 1)
    else throw unwritable(`a value of type ${typeof value}`)
  }

  any(value, MAX_DEPTH)
  return Uint8Array.from(out)
}

/** An integer as a number where a number holds it exactly: up to ±(2⁵³ − 1). */
export function narrow(integer: bigint): number | bigint {
  const number = Number(integer)
  return Number.isSafeInteger(number) ? number : integer
}

/** The entries of a `Map`, which tells 1 and 1n apart where MessagePack does not. */
function distinct(map: Map<unknown, unknown>): [unknown, unknown][] {
  const entries = [...map]
  const keys = new Set(entries.map(([key]) => (typeof key === 'bigint' ? narrow(key) : key)))
  if (keys.size < entries.length) throw unwritable('a map with the same key twice')
  return entries
}

function unwritable(what: string): SessionError {
  return new SessionError('payload', `the session cannot be written: it holds ${what}`)
}
