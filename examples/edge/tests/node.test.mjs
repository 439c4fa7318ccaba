// The module and its wrapper in Node.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { native, vectors, wasm } from './artefacts.mjs'
import { hostileTokens } from './hostile.mjs'
import { instances, memoryBytes } from './instances.mjs'
import { Codec, HardtackError, sessionId } from '../hardtack.mjs'
import { pack } from '../msgpack.mjs'
import { checkVectors, codecOf } from './vectors.mjs'

const NOW = 1_790_000_000
const signed = wasm('hardtack')
const encrypted = wasm('hardtack-encrypt')
const [vector] = vectors.cases
const options = { purpose: 'test', keys: 'Dzmnu5rxf4wBEB10Uov6xvIGM2voOJzYtb0YQiKskvA=', maxAge: 3600 }

for (const name of ['hardtack', 'hardtack-encrypt', 'hardtack-simd']) {
  test(`${name}.wasm asks nothing of its host`, () => {
    assert.deepEqual(WebAssembly.Module.imports(wasm(name)), [])
  })
}

for (const name of ['hardtack-encrypt', 'hardtack-simd']) {
  test(`Node, ${name}.wasm: every vector`, () => {
    const { cases, renewals } = checkVectors(wasm(name), vectors)
    assert.deepEqual([...cases.failures, ...renewals.failures], [])
    console.log(`Node, ${name}: ${cases.passed} cases, ${renewals.passed} renewals`)
  })
}

test('Node: every signed vector without encryption in the module', () => {
  const ofSigned = (list) => list.filter(({ mode }) => mode === 'signed')
  const { cases, renewals } = checkVectors(signed, { cases: ofSigned(vectors.cases), renewals: ofSigned(vectors.renewals) })
  assert.deepEqual([...cases.failures, ...renewals.failures], [])
  console.log(`Node, signed only: ${cases.passed} cases, ${renewals.passed} renewals`)
})

test('10 000 hostile cookies: the native answers, and no more memory', () => {
  const codec = codecOf(signed, vector)
  const tokens = hostileTokens(vector.token)
  const answers = () => tokens.map((token) => codec.decode(token, vector.now).error ?? 'ok')
  answers()
  const [made, memory] = [instances.length, memoryBytes()]
  const ofWasm = answers()
  assert.deepEqual([instances.length, memoryBytes()], [made, memory])
  const ofNative = execFileSync(native, ['answers'], { input: tokens.join('\n'), encoding: 'utf8' }).trimEnd().split('\n')
  assert.deepEqual(ofWasm, ofNative)
  assert.ok(new Set(ofWasm).size >= 6, [...new Set(ofWasm)].join())
})

test('a session: begun, read, updated, renewed', () => {
  const codec = Codec.encrypted(encrypted, options)
  const id = sessionId()
  const token = codec.begin({ name: 'Ada', roles: ['admin'] }, NOW, { id, expiry: { after: 600 } })
  const session = codec.decode(token, NOW + 400)
  assert.deepEqual(session, {
    data: { name: 'Ada', roles: ['admin'] },
    id,
    keyId: session.keyId,
    startedAt: NOW,
    issuedAt: NOW,
    expiresAt: NOW + 600,
    expiry: { after: 600 },
    renewalDue: true,
  })
  const renewed = codec.decode(codec.renew(token, NOW + 400), NOW + 400)
  assert.deepEqual(renewed, { ...session, issuedAt: NOW + 400, expiresAt: NOW + 1000, renewalDue: false })
  const updated = codec.decode(codec.update(token, { name: 'Grace' }, NOW + 400), NOW + 400)
  assert.deepEqual(updated, { ...renewed, data: { name: 'Grace' } })
})

test('forged, expired, foreign, too long: the right reason', () => {
  const codec = Codec.signed(signed, options)
  const token = codec.begin({ name: 'Ada' }, NOW)
  const other = Codec.signed(signed, { ...options, purpose: 'other' })
  const forged = token.slice(0, -2) + (token.endsWith('AA') ? 'AE' : 'AA')
  assert.equal(codec.decode(token, NOW).error, undefined)
  assert.deepEqual(codec.decode(forged, NOW), { error: 'bad_signature' })
  assert.deepEqual(codec.decode(token, NOW + 3600), { error: 'expired' })
  assert.deepEqual(codec.decode(token, NOW - 61), { error: 'not_yet_valid' })
  assert.deepEqual(other.decode(token, NOW), { error: 'bad_signature' })
  assert.deepEqual(codec.decode('A'.repeat(4097), NOW), { error: 'too_long' })
  assert.deepEqual(codec.decode('A'.repeat(10_000_000), NOW), { error: 'too_long' })
  assert.deepEqual(codec.decode('', NOW), { error: 'malformed' })
  assert.throws(() => codec.renew(token, NOW + 3600), { name: 'HardtackError', kind: 'expired' })
  assert.throws(() => codec.renew('A'.repeat(5000), NOW), { kind: 'too_long' })
})

test('what cannot be begun', () => {
  const codec = Codec.signed(signed, options)
  const nested = (levels) => (levels === 0 ? 1 : [nested(levels - 1)])
  assert.throws(() => codec.begin('x'.repeat(4000), NOW), { kind: 'too_long' })
  assert.throws(() => codec.begin('x'.repeat(300_000), NOW), { kind: 'too_long' })
  assert.throws(() => codec.begin(1, NOW, { expiry: { after: 3601 } }), { kind: 'expiry_too_long' })
  assert.throws(() => codec.begin(1, NOW, { expiry: { at: NOW } }), { kind: 'expiry_not_later' })
  assert.throws(() => codec.begin(1, NOW, { expiry: 'never' }), HardtackError)
  assert.throws(() => codec.begin(1, NOW, { id: 'ab' }), HardtackError)
  assert.throws(() => codec.begin(1, NaN), HardtackError)
  assert.throws(() => codec.begin(1, -1), { kind: 'time_out_of_range' })
  assert.throws(() => codec.begin(nested(65), NOW), TypeError)
  assert.deepEqual(codec.decode(codec.begin(nested(64), NOW), NOW).data, nested(64))
})

test('data that the wrapper would not send: refused, without a trap', () => {
  const { exports } = new WebAssembly.Instance(signed)
  const send = (bytes) => {
    const at = exports.input(bytes.length)
    new Uint8Array(exports.memory.buffer).set(bytes, at)
  }
  const key = new TextEncoder().encode(options.keys)
  send(key)
  assert.equal(exports.begin(0, 0, 0, NOW, 0, NaN) < 0, true, 'before it is configured')
  assert.equal(exports.add_key(key.length, NaN), 0)
  send([0x70])
  assert.equal(exports.configure(1, 0, 0, 3600), 0)
  for (const bytes of [[0xc1], [], [0xdd, 255, 255, 255, 255], new Uint8Array(200_000).fill(0x91), [0xc7, 1, 1, 1]]) {
    send(bytes)
    assert.ok(exports.begin(0, bytes.length, 0, NOW, 0, NaN) < 0)
    assert.ok(exports.begin(0, bytes.length + 1, 0, NOW, 0, NaN) < 0, 'more than was sent')
  }
  assert.equal(exports.input(1 << 19), 0)
})

test('what cannot be configured says why', () => {
  const refused = (change, message) => assert.throws(() => Codec.signed(signed, { ...options, ...change }), { kind: 'configuration', message })
  refused({ purpose: '' }, /purpose is empty/)
  refused({ keys: 'c2hvcnQ=' }, /too short/)
  refused({ keys: '?' }, /base64/)
  refused({ keys: '' }, /base64|short/)
  refused({ keys: [] }, /a key is needed/)
  refused({ keys: `${options.keys},${options.keys}` }, /twice/)
  refused({ maxAge: undefined }, /span/)
  refused({ maxAge: 0 }, /span/)
  refused({ leeway: -1 }, /span/)
  refused({ maxRequestedAge: 60 }, /maxRequestedAge/)
  assert.throws(() => Codec.encrypted(signed, options), { message: /without encryption/ })
  assert.throws(() => Codec.signed(signed, options).withContext([new Uint8Array(65_536)]), { kind: 'configuration' })
})

test('a context binds', () => {
  const codec = Codec.signed(signed, options)
  const token = codec.withContext(['tenant-7', Uint8Array.of(1, 2)]).begin(1, NOW)
  assert.equal(codec.withContext(['tenant-7', Uint8Array.of(1, 2)]).decode(token, NOW).data, 1)
  for (const parts of [[], ['tenant-7'], ['tenant-7\u0001', Uint8Array.of(2)], ['tenant-8', Uint8Array.of(1, 2)]]) {
    assert.deepEqual(codec.withContext(parts).decode(token, NOW), { error: 'bad_signature' })
  }
})

test('a retired key verifies what is older, a new one takes over', () => {
  const next = 'rNM2Ju9jhNUW1sWzLKW7oLjxqWacGs4FVEIihsSCN1w='
  const token = Codec.signed(signed, options).begin(1, NOW)
  const rotated = Codec.signed(signed, { ...options, keys: [next, { key: options.keys, retiredAt: NOW }] })
  assert.equal(rotated.decode(token, NOW).renewalDue, true)
  assert.equal(Codec.signed(signed, { ...options, keys: next }).decode(rotated.renew(token, NOW), NOW).data, 1)
  const earlier = Codec.signed(signed, { ...options, keys: [next, { key: options.keys, retiredAt: NOW - 1 }] })
  assert.deepEqual(earlier.decode(token, NOW), { error: 'retired_key' })
})

test('views are made anew when the memory has grown', () => {
  const codec = Codec.signed(signed, options)
  const { exports } = instances.at(-1)
  const small = exports.memory.buffer
  const parts = ['a', 'b', 'c'].map((letter) => letter.repeat(65_000))
  const token = codec.withContext(parts).begin({ name: 'Ada' }, NOW)
  assert.equal(small.byteLength, 0, 'the old memory is detached')
  assert.equal(codec.withContext(parts).decode(token, NOW).data.name, 'Ada')
  assert.equal(instances.at(-1).exports, exports)
})

test('after a trap there is a fresh instance', () => {
  const codec = Codec.signed(wasm('trap'), options)
  const first = instances.at(-1)
  assert.deepEqual(codec.decode('x', NOW), { error: 'malformed' })
  assert.throws(() => codec.decode('x', NOW), WebAssembly.RuntimeError)
  assert.deepEqual(codec.decode('x', NOW), { error: 'malformed' })
  assert.notEqual(instances.at(-1), first)
})

test('a compact session is an array, and of its schema alone', () => {
  const codec = Codec.signed(signed, { ...options, schema: 'v1' })
  const named = Codec.signed(signed, options)
  const token = codec.begin(['Ada', 'dark'], NOW)
  assert.deepEqual(codec.decode(token, NOW).data, ['Ada', 'dark'])
  assert.deepEqual(named.decode(token, NOW), { error: 'bad_signature' })
  assert.equal(Math.ceil(((6 + 24 + pack(['Ada', 'dark']).length) * 4) / 3), token.length)
})
