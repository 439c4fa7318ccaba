// JavaScript's side of MessagePack.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { vectors } from './artefacts.mjs'
import { pack, unpack } from '../msgpack.mjs'
import { fromHex } from './vectors.mjs'

const hex = (bytes) => Buffer.from(bytes).toString('hex')

/** As JSON.parse would have it. */
function rounded(value) {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(rounded)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, rounded(field)]))
}

test('payloads are what the vectors say in JSON', () => {
  const told = vectors.cases.filter(({ expect }) => expect.ok && 'value' in expect.ok)
  for (const { name, expect } of told) {
    assert.deepEqual(rounded(unpack(fromHex(expect.ok.payload))), expect.ok.value, name)
  }
  assert.ok(told.length > 100)
})

const shapes = [
  [null, 'c0'], [false, 'c2'], [true, 'c3'],
  [0, '00'], [127, '7f'], [128, 'cc80'], [255, 'ccff'], [256, 'cd0100'], [65_535, 'cdffff'], [65_536, 'ce00010000'],
  [4_294_967_295, 'ceffffffff'], [4_294_967_296, 'cf0000000100000000'],
  [2 ** 53 - 1, 'cf001fffffffffffff'], [2n ** 64n - 1n, 'cfffffffffffffffff'],
  [-1, 'ff'], [-32, 'e0'], [-33, 'd0df'], [-128, 'd080'], [-129, 'd1ff7f'], [-32_768, 'd18000'], [-32_769, 'd2ffff7fff'],
  [-2_147_483_648, 'd280000000'], [-2_147_483_649, 'd3ffffffff7fffffff'], [-(2n ** 63n), 'd38000000000000000'],
  [0.5, 'cb3fe0000000000000'], [-0, 'cb8000000000000000'], [2 ** 60, 'cb43b0000000000000'], [Infinity, 'cb7ff0000000000000'],
  ['', 'a0'], ['é', 'a2c3a9'], ['\uFEFFx', 'a4efbbbf78'], ['x'.repeat(32), `d920${'78'.repeat(32)}`], ['x'.repeat(256), `da0100${'78'.repeat(256)}`],
  [new Uint8Array(2), 'c4020000'], [new Uint8Array(256), `c50100${'00'.repeat(256)}`],
  [[], '90'], [Array(16).fill(1), `dc0010${'01'.repeat(16)}`],
  [{}, '80'], [{ a: [1, { b: null }] }, '81a1619201' + '81a162c0'], [new Map([[1, 2]]), '810102'],
]

for (const [value, bytes] of shapes) {
  test(`${bytes.slice(0, 24)}: there and back`, () => {
    assert.equal(hex(pack(value)), bytes)
    assert.deepEqual(unpack(fromHex(bytes)), value)
  })
}

test('the forms that pack does not write are read', () => {
  assert.equal(unpack(fromHex('ca3f000000')), 0.5)
  assert.deepEqual(unpack(fromHex('dd00000001c3')), [true])
  assert.deepEqual(unpack(fromHex('df00000001a16101')), { a: 1 })
  assert.deepEqual(unpack(fromHex('de0001a16101')), { a: 1 })
  assert.equal(unpack(fromHex('db0000000178')), 'x')
  assert.deepEqual(unpack(fromHex('c600000001ff')), Uint8Array.of(255))
  assert.throws(() => unpack(fromHex('c70101ff')), TypeError)
})

test('a field called __proto__ is a field', () => {
  const read = unpack(pack(JSON.parse('{"__proto__": {"admin": true}}')))
  assert.equal(read.admin, undefined)
  assert.deepEqual(Object.keys(read), ['__proto__'])
})

test('fields that are undefined are left out; what is no data is refused', () => {
  assert.equal(hex(pack({ a: undefined, b: 1 })), '81a16201')
  for (const value of [() => 1, Symbol('x'), new Date(0), 2n ** 64n, -(2n ** 63n) - 1n, new Set()]) {
    assert.throws(() => pack(value))
  }
})
