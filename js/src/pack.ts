// Writes MessagePack, each value in its shortest form. Refuses values that would not decode to themselves.

import { utf8, type Bytes } from './bytes.js'
import { SessionError } from './errors.js'

/** How deeply arrays and maps may be nested. */
export const MAX_DEPTH = 64

/** A value of a MessagePack extension type, for which JavaScript has no counterpart. */
export class Extension {
  /** From −128 to 127. MessagePack reserves negative types. */
  readonly type: number
  readonly bytes: Uint8Array

  constructor(type: number, bytes: Uint8Array) {
    this.type = type
    this.bytes = bytes
  }
}

/** Returns the bytes of `value`. A field that is `undefined` is left out, as in JSON. */
export function pack(value: unknown): Bytes {
  const writer = new Writer()
  writer.value(value, MAX_DEPTH)
  return Uint8Array.from(writer.out)
}

class Writer {
  readonly out: number[] = []

  value(value: unknown, depth: number): void {
    if (typeof value === 'string') this.#text(value)
    else if (typeof value === 'number') this.#number(value)
    else if (typeof value === 'boolean') this.out.push(value ? 0xc3 : 0xc2)
    else if (typeof value === 'bigint') this.#integer(value)
    else if (value === null) this.out.push(0xc0)
    else if (typeof value === 'object') this.#object(value, depth)
    else throw unwritable(`a value of type ${typeof value}`)
  }

  #object(value: object, depth: number): void {
    if (value instanceof Uint8Array) return this.#sized(value, 0xc4)
    if (value instanceof Extension) return this.#extension(value)
    if (depth === 0) throw unwritable(`more than ${MAX_DEPTH} levels of arrays and maps`)
    if (value instanceof Map) return this.#map(distinct(value), depth - 1)
    if (Array.isArray(value)) {
      this.#head(value.length, 0x90, 16, 0, 0xdc)
      for (const item of value) this.value(item, depth - 1)
      return
    }
    const prototype = Object.getPrototypeOf(value)
    if (prototype && Object.getPrototypeOf(prototype)) throw unwritable(`an instance of ${prototype.constructor.name}`)
    this.#map(
      Object.entries(value).filter(([, field]) => field !== undefined),
      depth - 1,
    )
  }

  #map(entries: readonly [unknown, unknown][], depth: number): void {
    this.#head(entries.length, 0x80, 16, 0, 0xde)
    for (const [key, value] of entries) {
      this.value(key, depth)
      this.value(value, depth)
    }
  }

  #number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) return this.#integer(value)
    this.#wide(0xcb, (view) => view.setFloat64(0, value))
  }

  #integer(value: number | bigint): void {
    if (value >= -0x20 && value < 0x80) {
      this.out.push(Number(value) & 0xff)
    } else if (value >= -0x80000000 && value <= 0xffffffff) {
      const narrowed = Number(value)
      // A signed range has half as many negative numbers as the unsigned range has numbers.
      const reach = narrowed < 0 ? -2 * narrowed - 1 : narrowed
      const size = reach < 0x100 ? 0 : reach < 0x10000 ? 1 : 2
      this.#marked((narrowed < 0 ? 0xd0 : 0xcc) + size, narrowed, 1 << size)
    } else if (value < -(2n ** 63n) || value >= 2n ** 64n) {
      throw unwritable('an integer of more than 64 bits')
    } else {
      this.#wide(value < 0 ? 0xd3 : 0xcf, (view) => view.setBigInt64(0, BigInt(value)))
    }
  }

  #text(text: string): void {
    const { length } = text
    const start = this.out.length
    if (length < 32) {
      this.out.push(0xa0 | length)
      let at = 0
      for (let unit; at < length && (unit = text.charCodeAt(at)) < 0x80; at += 1) this.out.push(unit)
      if (at === length) return
      this.out.length = start
    }
    if (/\p{Surrogate}/u.test(text)) throw unwritable('text with half of a surrogate pair')
    const bytes = utf8(text)
    if (bytes.length < 32) {
      this.out.push(0xa0 | bytes.length)
      this.#append(bytes)
    } else {
      this.#sized(bytes, 0xd9)
    }
  }

  #extension({ type, bytes }: Extension): void {
    const fixed = [1, 2, 4, 8, 16].indexOf(bytes.length)
    if (fixed < 0) this.#head(bytes.length, 0, 0, 0xc7, 0xc8)
    else this.out.push(0xd4 + fixed)
    this.out.push(type & 0xff)
    this.#append(bytes)
  }

  /** Writes bytes with their length in front. */
  #sized(bytes: Uint8Array, marker8: number): void {
    this.#head(bytes.length, 0, 0, marker8, marker8 + 1)
    this.#append(bytes)
  }

  /**
   * Writes a length in its shortest form: in the marker, or in 1, 2 or 4 bytes. A `fixedEnd` of 0 means that there is
   * no form in the marker, and a `marker8` of 0 that there is none in 1 byte.
   */
  #head(length: number, fixed: number, fixedEnd: number, marker8: number, marker16: number): void {
    if (length < fixedEnd) this.out.push(fixed | length)
    else if (length < 0x100 && marker8 > 0) this.#marked(marker8, length, 1)
    else if (length < 0x10000) this.#marked(marker16, length, 2)
    else this.#marked(marker16 + 1, length, 4)
  }

  #marked(marker: number, value: number, size: number): void {
    this.out.push(marker)
    for (let shift = 8 * size - 8; shift >= 0; shift -= 8) this.out.push((value >>> shift) & 0xff)
  }

  #wide(marker: number, set: (view: DataView) => void): void {
    const view = new DataView(new ArrayBuffer(8))
    set(view)
    this.out.push(marker, ...new Uint8Array(view.buffer))
  }

  #append(bytes: Uint8Array): void {
    for (const byte of bytes) this.out.push(byte)
  }
}

/** Returns an integer as a number if that is exact, which is up to ±(2⁵³ − 1). */
export function narrow(integer: bigint): number | bigint {
  const number = Number(integer)
  return Number.isSafeInteger(number) ? number : integer
}

/** Returns the entries of a `Map`. Throws for keys that MessagePack writes alike, such as 1 and 1n. */
function distinct(map: Map<unknown, unknown>): [unknown, unknown][] {
  const entries = [...map]
  const keys = new Set(entries.map(([key]) => (typeof key === 'bigint' ? narrow(key) : key)))
  if (keys.size < entries.length) throw unwritable('a map with the same key twice')
  return entries
}

function unwritable(what: string): SessionError {
  return new SessionError('payload', `the session cannot be written: it holds ${what}`)
}
