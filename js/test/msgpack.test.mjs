// MessagePack payloads, tested with the suite that other libraries also use.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { Extension, SessionError } from '../dist/index.js'
import { pack } from '../dist/pack.js'
import { unpack } from '../dist/unpack.js'

const suite = createRequire(import.meta.url)('msgpack-test-suite')
const bytesOf = (text) => Uint8Array.from(text.match(/[\da-f]{2}/gi) ?? [], (pair) => Number.parseInt(pair, 16))
const textOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('-')
const refusesToWrite = (value, sentence) =>
  assert.throws(() => pack(value), (error) => error instanceof SessionError && error.kind === 'payload' && sentence.test(error.message))

/** Returns the JavaScript value of a case of the suite. */
function expected({ msgpack: _, ...entry }) {
  const [[kind, value]] = Object.entries(entry).sort(([a], [b]) => Number(b === 'bignum') - Number(a === 'bignum'))
  switch (kind) {
    case 'binary': return bytesOf(value)
    case 'bignum': return Number.isSafeInteger(Number(value)) ? Number(value) : BigInt(value)
    case 'ext': return new Extension(value[0], bytesOf(value[1]))
    case 'timestamp': return undefined
    default: return value
  }
}

for (const [group, entries] of Object.entries(suite)) {
  test(`the suite's ${group}`, () => {
    let forms = 0
    for (const entry of entries) {
      const value = expected(entry)
      for (const form of entry.msgpack) {
        const bytes = bytesOf(form)
        const read = unpack(bytes)
        if (value === undefined) assert.equal(read.type, -1, 'a timestamp is an extension')
        else assert.deepEqual(read, value, form)
        for (let end = 0; end < bytes.length; end += 1) assert.throws(() => unpack(bytes.subarray(0, end)), form)
        assert.throws(() => unpack(Uint8Array.of(...bytes, 0xc0)), RangeError)
        assert.deepEqual(unpack(pack(read)), read)
        forms += 1
      }
      if (value === undefined) continue
      const written = textOf(pack(value))
      assert.ok(entry.msgpack.includes(written), `${written} is no form of ${entry.msgpack[0]}`)
      const shortest = Math.min(...entry.msgpack.filter((form) => !/^c[ab]/.test(form)).map((form) => form.length))
      if (Number.isFinite(shortest)) assert.equal(written.length, shortest)
    }
    assert.ok(forms > 0)
  })
}

test('an integer is a number up to 2^53 - 1 and a bigint beyond', () => {
  for (const value of [2 ** 53 - 1, 1 - 2 ** 53, 2n ** 53n, -(2n ** 53n), 2n ** 64n - 1n, -(2n ** 63n)]) {
    assert.deepEqual(unpack(pack(value)), value)
  }
  assert.equal(unpack(pack(7n)), 7)
  assert.equal(pack(2 ** 53 - 1)[0], 0xcf)
  for (const value of [2n ** 64n, -(2n ** 63n) - 1n]) refusesToWrite(value, /more than 64 bits/)
})

test('every width of integer comes back at its edges', () => {
  for (let bits = 0n; bits <= 63n; bits += 1n) {
    for (const near of [-1n, 0n, 1n]) {
      for (const value of [2n ** bits + near, -(2n ** bits) + near]) {
        if (value < -(2n ** 63n)) continue
        const narrowed = Number.isSafeInteger(Number(value)) ? Number(value) : value
        assert.deepEqual(unpack(pack(narrowed)), narrowed)
        assert.deepEqual(pack(narrowed), pack(value))
      }
    }
  }
})

test('what is no integer is a float of 64 bits', () => {
  for (const value of [0.5, -0, NaN, Infinity, -Infinity, 2 ** 53, 1e300, 5e-324]) {
    assert.equal(pack(value)[0], 0xcb)
    assert.deepEqual(unpack(pack(value)), value)
  }
  assert.equal(unpack(bytesOf('ca-3f-80-00-00')), 1)
})

test('text is Unicode: well-formed both ways, its byte order mark kept', () => {
  for (const text of ['', 'x'.repeat(23), 'x'.repeat(24), 'é'.repeat(40), '\u{1f9c2}', '\ufeffx', '\0', 'a'.repeat(70_000)]) {
    assert.equal(unpack(pack(text)), text)
  }
  for (const form of ['a1-ff', 'a2-c3-28', 'a3-ed-a0-80', 'a2-c0-80', 'a1-80']) assert.throws(() => unpack(bytesOf(form)), TypeError)
  refusesToWrite('\ud800', /surrogate/)
  refusesToWrite({ '\udc00x': 1 }, /surrogate/)
})

test('64 levels come back and one more is refused, both ways', () => {
  const nested = (levels) => Array.from({ length: levels }).reduce((inner, _, at) => (at % 2 ? { a: inner } : [inner]), 7)
  assert.deepEqual(unpack(pack(nested(64))), nested(64))
  refusesToWrite(nested(65), /more than 64 levels/)
  const bytes = (levels, end) => Uint8Array.of(...Array(levels).fill(0x91), ...end)
  assert.ok(unpack(bytes(64, [0xc0])))
  for (const end of [[0x90], [0x80], [0xdc, 0, 0], [0x91, 0xc0]]) assert.throws(() => unpack(bytes(64, end)), /levels/)
  assert.throws(() => unpack(bytes(10_000, [0xc0])), /levels/)
  const cycle = []
  cycle.push(cycle)
  refusesToWrite(cycle, /levels/)
})

test('a map is an object if all of its keys are text, else a Map', () => {
  assert.deepEqual(unpack(pack(new Map([['a', 1]]))), { a: 1 })
  assert.deepEqual(unpack(pack({})), {})
  const mixed = new Map([[1, 'one'], ['a', 2], [null, 3], [2n ** 60n, 4]])
  assert.deepEqual(unpack(pack(mixed)), mixed)
})

test('a key twice in one map is refused, both ways', () => {
  for (const form of ['82-a1-61-01-a1-61-02', '82-01-01-cc-01-02', '82-c0-01-c0-02', '81-a1-78-82-a1-61-01-a1-61-02']) {
    assert.throws(() => unpack(bytesOf(form)), /twice/)
  }
  refusesToWrite(new Map([[1, 'a'], [1n, 'b']]), /same key twice/)
})

test('no key reaches a prototype', () => {
  const read = unpack(bytesOf('82-a9-5f-5f-70-72-6f-74-6f-5f-5f-81-a1-78-01-a1-61-02'))
  assert.equal(Object.getPrototypeOf(read), Object.prototype)
  assert.deepEqual(Object.keys(read), ['__proto__', 'a'])
  assert.equal(read.x, undefined)
  assert.deepEqual(pack(read), bytesOf('82-a9-5f-5f-70-72-6f-74-6f-5f-5f-81-a1-78-01-a1-61-02'))
})

test('a field that is undefined is left out; elsewhere it is refused', () => {
  assert.deepEqual(unpack(pack({ a: undefined, b: 1 })), { b: 1 })
  refusesToWrite([undefined], /undefined/)
  refusesToWrite([, 1], /undefined/)
  refusesToWrite(undefined, /undefined/)
})

test('what would come back as something else is refused, by name and without its content', () => {
  class Cart {}
  for (const [value, sentence] of [
    [new Date(), /instance of Date/], [new Set(), /instance of Set/], [new Cart(), /instance of Cart/],
    [new Uint16Array(1), /instance of Uint16Array/], [() => 1, /type function/], [Symbol('x'), /type symbol/],
  ]) refusesToWrite({ field: value }, sentence)
  assert.deepEqual(unpack(pack(Object.assign(Object.create(null), { a: 1 }))), { a: 1 })
})

test('binary is a copy, which may be changed', () => {
  const payload = pack({ a: Uint8Array.of(1, 2, 3) })
  unpack(payload).a.fill(9)
  assert.deepEqual(unpack(payload), { a: Uint8Array.of(1, 2, 3) })
})

test('a length that lies allocates nothing and ends at once', () => {
  for (const form of ['dd-ff-ff-ff-ff', 'df-ff-ff-ff-ff', 'db-ff-ff-ff-ff-61', 'c6-ff-ff-ff-ff', 'c9-ff-ff-ff-ff-00', 'dd-ff-ff-ff-ff-c0']) {
    assert.throws(() => unpack(bytesOf(form)), RangeError)
  }
  assert.throws(() => unpack(Uint8Array.from({ length: 64 }, () => 0x9f)), RangeError)
  assert.throws(() => unpack(bytesOf('c1')), /never uses/)
  assert.throws(() => unpack(new Uint8Array()), RangeError)
})
