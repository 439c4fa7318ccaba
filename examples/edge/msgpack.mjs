// MessagePack, which a session's data is written in. Integers beyond 2^53 are BigInt, binary is
// Uint8Array, a map whose keys are not all text is a Map. Extension types have no counterpart.

const MAX_DEPTH = 64
const SHORT = 32
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** The one value that `bytes` hold. Nothing of it refers to `bytes` afterwards. */
export function unpack(bytes) {
  return new Reader(bytes).value()
}

/** The bytes of `value`. Fields that are `undefined` are left out, as JSON does. */
export function pack(value) {
  const writer = new Writer()
  writer.value(value, MAX_DEPTH)
  return Uint8Array.from(writer.bytes)
}

class Reader {
  #bytes
  #view
  #at = 0

  constructor(bytes) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  value() {
    const marker = this.#view.getUint8(this.#skip(1))
    if (marker < 0x80) return marker
    if (marker < 0x90) return this.#map(marker & 0x0f)
    if (marker < 0xa0) return this.#array(marker & 0x0f)
    if (marker < 0xc0) return this.#text(marker & 0x1f)
    return marker < 0xe0 ? this.#marked(marker) : marker - 0x100
  }

  #marked(marker) {
    switch (marker) {
      case 0xc0: return null
      case 0xc2: return false
      case 0xc3: return true
      case 0xc4: return this.#binary(this.#uint8())
      case 0xc5: return this.#binary(this.#uint16())
      case 0xc6: return this.#binary(this.#uint32())
      case 0xca: return this.#view.getFloat32(this.#skip(4))
      case 0xcb: return this.#view.getFloat64(this.#skip(8))
      case 0xcc: return this.#uint8()
      case 0xcd: return this.#uint16()
      case 0xce: return this.#uint32()
      case 0xcf: return safe(this.#view.getBigUint64(this.#skip(8)))
      case 0xd0: return this.#view.getInt8(this.#skip(1))
      case 0xd1: return this.#view.getInt16(this.#skip(2))
      case 0xd2: return this.#view.getInt32(this.#skip(4))
      case 0xd3: return safe(this.#view.getBigInt64(this.#skip(8)))
      case 0xd9: return this.#text(this.#uint8())
      case 0xda: return this.#text(this.#uint16())
      case 0xdb: return this.#text(this.#uint32())
      case 0xdc: return this.#array(this.#uint16())
      case 0xdd: return this.#array(this.#uint32())
      case 0xde: return this.#map(this.#uint16())
      case 0xdf: return this.#map(this.#uint32())
      default: throw new TypeError(`no counterpart of MessagePack's 0x${marker.toString(16)}`)
    }
  }

  #uint8() {
    return this.#view.getUint8(this.#skip(1))
  }

  #uint16() {
    return this.#view.getUint16(this.#skip(2))
  }

  #uint32() {
    return this.#view.getUint32(this.#skip(4))
  }

  /** Where the next `length` bytes begin. */
  #skip(length) {
    const start = this.#at
    this.#at += length
    return start
  }

  #binary(length) {
    const start = this.#skip(length)
    return this.#bytes.slice(start, this.#at)
  }

  #text(length) {
    const start = this.#skip(length)
    const short = length < SHORT ? ascii(this.#bytes, start, this.#at) : undefined
    return short ?? decoder.decode(this.#bytes.subarray(start, this.#at))
  }

  #array(length) {
    const items = []
    for (let count = 0; count < length; count += 1) items.push(this.value())
    return items
  }

  #map(length) {
    const entries = []
    for (let count = 0; count < length; count += 1) entries.push([this.value(), this.value()])
    const isObject = entries.every(([key]) => typeof key === 'string')
    return isObject ? Object.fromEntries(entries) : new Map(entries)
  }
}

class Writer {
  bytes = []

  value(value, depth) {
    switch (typeof value) {
      case 'boolean': return this.#byte(value ? 0xc3 : 0xc2)
      case 'number': return this.#number(value)
      case 'bigint': return this.#integer(value)
      case 'string': return this.#text(value)
      case 'undefined': return this.#byte(0xc0)
      case 'object': return value === null ? this.#byte(0xc0) : this.#compound(value, depth)
      default: throw new TypeError(`a session cannot hold a ${typeof value}`)
    }
  }

  #compound(value, depth) {
    if (value instanceof Uint8Array) return this.#binary(value)
    if (depth === 0) throw new TypeError(`a session is nested ${MAX_DEPTH} deep at the most`)
    if (Array.isArray(value)) return this.#array(value, depth - 1)
    if (value instanceof Map) return this.#map([...value], depth - 1)
    if (!isPlain(value)) throw new TypeError(`a session cannot hold a ${value.constructor?.name}`)
    const given = Object.entries(value).filter(([, field]) => field !== undefined)
    return this.#map(given, depth - 1)
  }

  #array(items, depth) {
    this.#head(items.length, 0x90, 16, null, 0xdc, 0xdd)
    for (const item of items) this.value(item, depth)
  }

  #map(entries, depth) {
    this.#head(entries.length, 0x80, 16, null, 0xde, 0xdf)
    for (const entry of entries) for (const side of entry) this.value(side, depth)
  }

  #text(text) {
    const bytes = encoder.encode(text)
    this.#head(bytes.length, 0xa0, 32, 0xd9, 0xda, 0xdb)
    for (const byte of bytes) this.#byte(byte)
  }

  #binary(bytes) {
    this.#head(bytes.length, null, 0, 0xc4, 0xc5, 0xc6)
    for (const byte of bytes) this.#byte(byte)
  }

  /** A length in the shortest of the forms that there are: in the marker, or in 1, 2 or 4 bytes. */
  #head(length, fixed, fixedEnd, marker8, marker16, marker32) {
    if (length < fixedEnd) this.#byte(fixed | length)
    else if (length < 0x100 && marker8) this.#marked(marker8, 'Uint8', 1, length)
    else if (length < 0x10000) this.#marked(marker16, 'Uint16', 2, length)
    else this.#marked(marker32, 'Uint32', 4, length)
  }

  #number(number) {
    const isInteger = Number.isSafeInteger(number) && !Object.is(number, -0)
    return isInteger ? this.#integer(number) : this.#marked(0xcb, 'Float64', 8, number)
  }

  #integer(number) {
    if (number >= -0x20 && number < 0x80) this.#byte(Number(number) & 0xff)
    else if (number >= 0) this.#positive(number)
    else this.#negative(number)
  }

  #positive(number) {
    if (number < 0x100) this.#marked(0xcc, 'Uint8', 1, Number(number))
    else if (number < 0x10000) this.#marked(0xcd, 'Uint16', 2, Number(number))
    else if (number < 0x100000000) this.#marked(0xce, 'Uint32', 4, Number(number))
    else if (number < 2n ** 64n) this.#marked(0xcf, 'BigUint64', 8, BigInt(number))
    else throw new RangeError('an integer has 64 bits at the most')
  }

  #negative(number) {
    if (number >= -0x80) this.#marked(0xd0, 'Int8', 1, Number(number))
    else if (number >= -0x8000) this.#marked(0xd1, 'Int16', 2, Number(number))
    else if (number >= -0x80000000) this.#marked(0xd2, 'Int32', 4, Number(number))
    else if (number >= -(2n ** 63n)) this.#marked(0xd3, 'BigInt64', 8, BigInt(number))
    else throw new RangeError('an integer has 64 bits at the most')
  }

  #marked(marker, type, size, number) {
    const view = new DataView(new ArrayBuffer(size))
    view[`set${type}`](0, number)
    this.#byte(marker)
    for (let at = 0; at < size; at += 1) this.#byte(view.getUint8(at))
  }

  #byte(byte) {
    this.bytes.push(byte)
  }
}

/** Text that TextDecoder would take longer to begin with than to read; undefined if not ASCII. */
function ascii(bytes, start, end) {
  let text = ''
  for (let at = start; at < end; at += 1) {
    if (bytes[at] >= 0x80) return undefined
    text += String.fromCharCode(bytes[at])
  }
  return text
}

function safe(integer) {
  const number = Number(integer)
  return Number.isSafeInteger(number) ? number : integer
}

function isPlain(value) {
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
