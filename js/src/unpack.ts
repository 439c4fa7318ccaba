// Reads MessagePack: exactly one value, with nothing after it.

import { Extension, MAX_DEPTH, narrow } from './pack.js'

const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Returns the one value that `bytes` hold. Throws if they hold anything else.
 *
 * An integer is a number up to ±(2⁵³ − 1) and a bigint beyond. Binary is a Uint8Array. A map is an
 * object if all of its keys are text, else a `Map`.
 */
export function unpack(bytes: Uint8Array): unknown {
  return new Reader(bytes).whole()
}

class Reader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  whole(): unknown {
    const value = this.#value(MAX_DEPTH)
    if (this.#at !== this.#bytes.length) throw new RangeError('more than one value')
    return value
  }

  #value(depth: number): unknown {
    const marker = this.#unsigned(1)
    if (marker < 0x80) return marker
    if (marker < 0x90) return this.#map(marker & 0x0f, depth)
    if (marker < 0xa0) return this.#array(marker & 0x0f, depth)
    if (marker < 0xc0) return this.#text(marker & 0x1f)
    if (marker === 0xc0) return null
    if (marker === 0xc1) throw new RangeError('a byte that MessagePack never uses')
    if (marker < 0xc4) return marker === 0xc3
    // Within one kind, each marker has twice the size of the one before.
    if (marker < 0xc7) return this.#taken(this.#unsigned(1 << (marker - 0xc4))).slice()
    if (marker < 0xca) return this.#extension(this.#unsigned(1 << (marker - 0xc7)))
    if (marker === 0xca) return this.#view.getFloat32(this.#skip(4))
    if (marker === 0xcb) return this.#view.getFloat64(this.#skip(8))
    if (marker < 0xcf) return this.#unsigned(1 << (marker - 0xcc))
    if (marker === 0xcf) return narrow(this.#view.getBigUint64(this.#skip(8)))
    if (marker === 0xd3) return narrow(this.#view.getBigInt64(this.#skip(8)))
    if (marker < 0xd3) return this.#signed(1 << (marker - 0xd0))
    if (marker < 0xd9) return this.#extension(1 << (marker - 0xd4))
    if (marker < 0xdc) return this.#text(this.#unsigned(1 << (marker - 0xd9)))
    if (marker < 0xde) return this.#array(this.#unsigned(2 << (marker - 0xdc)), depth)
    if (marker < 0xe0) return this.#map(this.#unsigned(2 << (marker - 0xde)), depth)
    return marker - 0x100
  }

  /** The position of the next byte. */
  #skip(length: number): number {
    const start = this.#at
    this.#at += length
    if (this.#at > this.#bytes.length) throw new RangeError('cut short')
    return start
  }

  #unsigned(size: number): number {
    const at = this.#skip(size)
    if (size === 1) return this.#view.getUint8(at)
    return size === 2 ? this.#view.getUint16(at) : this.#view.getUint32(at)
  }

  #signed(size: number): number {
    const unused = 32 - 8 * size
    return (this.#unsigned(size) << unused) >> unused
  }

  #taken(length: number): Uint8Array {
    const start = this.#skip(length)
    return this.#bytes.subarray(start, this.#at)
  }

  #extension(length: number): Extension {
    return new Extension(this.#signed(1), this.#taken(length).slice())
  }

  #text(length: number): string {
    const start = this.#skip(length)
    let text = ''
    // For short text, starting a TextDecoder takes longer than this loop.
    for (let at = start; at < this.#at; at += 1) {
      const byte = this.#bytes[at] ?? 0x80
      if (byte >= 0x80 || length > 32) return decoder.decode(this.#bytes.subarray(start, this.#at))
      text += String.fromCharCode(byte)
    }
    return text
  }

  // Each item takes at least one byte, so a length that exceeds the remaining bytes allocates nothing.
  #array(length: number, depth: number): unknown[] {
    if (depth === 0) throw new RangeError('too many levels')
    const items: unknown[] = []
    while (items.length < length) items.push(this.#value(depth - 1))
    return items
  }

  #map(length: number, depth: number): unknown {
    const items = this.#array(2 * length, depth)
    const entries: [unknown, unknown][] = []
    for (let at = 0; at < items.length; at += 2) entries.push([items[at], items[at + 1]])
    if (new Set(entries.map(([key]) => key)).size < length) throw new RangeError('a key twice in one map')
    return entries.every(([key]) => typeof key === 'string') ? Object.fromEntries(entries) : new Map(entries)
  }
}
