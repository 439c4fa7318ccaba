// hardtack in JavaScript: signed or encrypted session tokens, made and read by the same Rust code
// in WebAssembly. No clock and no random generator of its own: both are the caller's.

import { pack, unpack } from './msgpack.mjs'

const ID_LENGTH = 16
const DEFAULT_MAX_LENGTH = 4096
const EXPIRY_KINDS = { policy: 0, after: 1, at: 2, browser_close: 3 }
const NOTHING = new Uint8Array()

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Why there is no token, or no codec. `kind` is stable. */
export class HardtackError extends Error {
  name = 'HardtackError'

  constructor(kind, message = kind) {
    super(message)
    this.kind = kind
  }
}

/** Makes and reads the tokens of one purpose. */
export class Codec {
  #engine
  #context

  static signed(module, options) {
    return new Codec(new Engine(module, options, false))
  }

  static encrypted(module, options) {
    return new Codec(new Engine(module, options, true))
  }

  /** For `signed`, `encrypted` and `withContext` alone. */
  constructor(engine, context = NOTHING) {
    this.#engine = engine
    this.#context = context
  }

  withContext(parts) {
    return new Codec(this.#engine, concatenated(parts.map(framed)))
  }

  decode(token, nowSeconds) {
    if (this.#engine.isTooLong(token)) return { error: 'too_long' }
    const { ok, bytes } = this.#call('decode', [encoder.encode(token)], nowSeconds)
    return ok ? session(unpack(bytes)) : { error: decoder.decode(bytes) }
  }

  begin(data, nowSeconds, { id, expiry = 'policy' } = {}) {
    const [kind, seconds] = typeof expiry === 'string' ? [expiry] : Object.entries(expiry)[0]
    const parts = [pack(data), id === undefined ? NOTHING : fromHex(id)]
    return this.#token('begin', parts, nowSeconds, EXPIRY_KINDS[kind] ?? -1, seconds)
  }

  update(token, data, nowSeconds) {
    return this.#token('update', [this.#bytesOf(token), pack(data)], nowSeconds)
  }

  renew(token, nowSeconds) {
    return this.#token('renew', [this.#bytesOf(token)], nowSeconds)
  }

  #bytesOf(token) {
    if (this.#engine.isTooLong(token)) throw new HardtackError('too_long')
    return encoder.encode(token)
  }

  #token(operation, parts, ...numbers) {
    const { ok, bytes } = this.#call(operation, parts, ...numbers)
    if (!ok) throw new HardtackError(decoder.decode(bytes))
    return decoder.decode(bytes)
  }

  #call(operation, parts, ...numbers) {
    return this.#engine.call(operation, [this.#context, ...parts], numbers)
  }
}

/** A name for a new session: 16 random bytes in hexadecimal. */
export function sessionId() {
  return toHex(crypto.getRandomValues(new Uint8Array(ID_LENGTH)))
}

/** One instance of the module with its keys, made anew after a trap. */
class Engine {
  #module
  #options
  #encrypted
  #exports

  constructor(module, options, encrypted) {
    this.#module = module
    this.#options = options
    this.#encrypted = encrypted
    this.#exports = this.#start()
  }

  /** UTF-16 units are never more than UTF-8 bytes: the module counts those. */
  isTooLong(token) {
    return token.length > (this.#options.maxLength ?? DEFAULT_MAX_LENGTH)
  }

  call(operation, parts, numbers) {
    this.#exports ??= this.#start()
    try {
      return run(this.#exports, operation, parts, numbers)
    } catch (error) {
      this.#exports = undefined // after a trap its memory may be half written
      throw error
    }
  }

  #start() {
    const { exports } = new WebAssembly.Instance(this.#module)
    const { purpose, schema = '', maxAge, absoluteTimeout, maxRequestedAge } = this.#options
    const { leeway, notBefore, maxLength, renewAfter } = this.#options
    for (const [key, retiredAt] of ring(this.#options.keys)) {
      configured(run(exports, 'add_key', [encoder.encode(key)], [retiredAt]))
    }
    const texts = [encoder.encode(purpose), encoder.encode(schema)]
    const limits = [maxAge, absoluteTimeout, maxRequestedAge, leeway, notBefore, maxLength, renewAfter]
    configured(run(exports, 'configure', texts, [this.#encrypted, ...limits]))
    return exports
  }
}

/** Arguments in, one operation, its answer: bytes that are good until the next call. */
function run(exports, operation, parts, numbers) {
  const lengths = parts.map((part) => part.length)
  const start = exports.input(sum(lengths))
  if (start === 0) return { ok: false, bytes: encoder.encode('too_long') }
  // Every view is made when it is needed: memory that grows leaves older ones empty.
  place(parts, new Uint8Array(exports.memory.buffer), start)
  const answer = exports[operation](...lengths, ...numbers)
  const bytes = new Uint8Array(exports.memory.buffer, exports.output(), Math.abs(answer))
  return { ok: answer >= 0, bytes }
}

function configured({ ok, bytes }) {
  if (!ok) throw new HardtackError('configuration', decoder.decode(bytes))
}

/** Pairs of a key and when it retired, from a list or from text with commas. */
function ring(keys) {
  const list = typeof keys === 'string' ? keys.split(',') : keys
  return list.map((key) => (typeof key === 'string' ? [key.trim()] : [key.key, key.retiredAt]))
}

function session([idBytes, keyId, startedAt, issuedAt, expiresAt, expiry, renewalDue, data]) {
  const id = idBytes && toHex(idBytes)
  return { data, id, keyId, startedAt, issuedAt, expiresAt, expiry, renewalDue }
}

/** A part of a context behind its length. */
function framed(part) {
  const bytes = typeof part === 'string' ? encoder.encode(part) : part
  if (bytes.length > 0xffff) throw new HardtackError('configuration', 'a part of the context is too long')
  return concatenated([[bytes.length >> 8, bytes.length & 0xff], bytes])
}

function concatenated(parts) {
  const whole = new Uint8Array(sum(parts.map((part) => part.length)))
  place(parts, whole, 0)
  return whole
}

/** Writes the parts one behind the other. */
function place(parts, memory, start) {
  let at = start
  for (const part of parts) {
    memory.set(part, at)
    at += part.length
  }
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0)
}

function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function fromHex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
