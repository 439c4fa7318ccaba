// MessagePack -> values: one value, and nothing after it.

import { Extension, MAX_DEPTH, narrow } from './pack.js'

const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The one value that `bytes` hold. Throws where they hold something else.
 *
 * An integer is a number up to ±(2⁵³ − 1) and a bigint beyond. Binary is a Uint8Array. A map is an
 * object if all of its keys are text, else a `Map`.
 */
export function unpack(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0

  /** A DataView throws where bytes are missing. */
  const wide = <N>(read: (at: number) => N, size: number): N => read.call(view, (at += size) - size)
  const unsigned = (size: number): number => {
    let value = 0
    for (; size > 0; size -= 1) value = value * 0x100 + wide(view.getUint8, 1)
    return value
  }
  const taken = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw new RangeError('cut short')
    return bytes.subarray(at, (at += length))
  }
  const extension = (length: number): Extension => new Extension(wide(view.getInt8, 1), taken(length).slice())

  const text = (length: number): string => {
    const characters = taken(length)
    // A TextDecoder takes longer to begin than short text to read.
    const isShort = length < 24 && characters.every((byte) => byte < 0x80)
    return isShort ? String.fromCharCode(...characters) : decoder.decode(characters)
  }

  // An item is a byte at least: nothing is allocated that the bytes do not hold.
  const items = (count: number, depth: number): unknown[] => {
    if (depth < 0) throw new RangeError('too many levels')
    const found: unknown[] = []
    while (found.length < count) found.push(value(depth))
    return found
  }

  const map = (count: number, depth: number): unknown => {
    const flat = items(2 * count, depth)
    const entries = flat.flatMap((key, index) => (index % 2 === 0 ? [[key, flat[index + 1]] as const] : []))
    const distinct = new Map(entries)
    if (distinct.size < count) throw new RangeError('a key twice in one map')
    return entries.every(([key]) => typeof key === 'string') ? Object.fromEntries(entries) : distinct
  }

  const value = (depth: number): unknown => {
    const marker = wide(view.getUint8, 1)
    if (marker < 0x80) return marker
    if (marker < 0x90) return map(marker & 0x0f, depth - 1)
    if (marker < 0xa0) return items(marker & 0x0f, depth - 1)
    if (marker < 0xc0) return text(marker & 0x1f)
    if (marker === 0xc0) return null
    if (marker === 0xc1) throw new RangeError('a byte that MessagePack never uses')
    if (marker < 0xc4) return marker === 0xc3
    // The sizes of one kind double from marker to marker.
    if (marker < 0xc7) return taken(unsigned(1 << (marker - 0xc4))).slice()
    if (marker < 0xca) return extension(unsigned(1 << (marker - 0xc7)))
    if (marker === 0xca) return wide(view.getFloat32, 4)
    if (marker === 0xcb) return wide(view.getFloat64, 8)
    if (marker < 0xcf) return unsigned(1 << (marker - 0xcc))
    if (marker === 0xcf) return narrow(wide(view.getBigUint64, 8))
    if (marker === 0xd0) return wide(view.getInt8, 1)
    if (marker === 0xd1) return wide(view.getInt16, 2)
    if (marker === 0xd2) return wide(view.getInt32, 4)
    if (marker === 0xd3) return narrow(wide(view.getBigInt64, 8))
    if (marker < 0xd9) return extension(1 << (marker - 0xd4))
    if (marker < 0xdc) return text(unsigned(1 << (marker - 0xd9)))
    if (marker < 0xde) return items(unsigned(2 << (marker - 0xdc)), depth - 1)
    if (marker < 0xe0) return map(unsigned(2 << (marker - 0xde)), depth - 1)
    return marker - 0x100
  }

  const whole = value(MAX_DEPTH)
  if (at !== bytes.length) throw new RangeError('more than one value')
  return whole
}
