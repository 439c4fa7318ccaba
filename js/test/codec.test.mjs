import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { inspect as show } from 'node:util'
import { test } from 'node:test'
import { Codec, generateSessionId, inspect, Key, KeyRing, SessionError } from '../dist/index.js'

const NOW = 1_790_000_000
const HOUR = 3600
const DAY = 24 * HOUR
const [key, otherKey] = [Key.generate(), Key.generate()]
const keys = new KeyRing(key)
const options = { purpose: 'shop/test/session', keys, maxAge: 2 * HOUR }
const codec = Codec.signed(options)
const data = { user: 7, name: 'Ada', cart: [1, 2] }

const bytesOf = new Map()
/** Keys whose IDs differ. */
function distinctKeys(count) {
  const found = new Map()
  while (found.size < count) {
    const bytes = crypto.getRandomValues(new Uint8Array(32))
    const key = Key.fromBytes(bytes)
    bytesOf.set(key, bytes)
    found.set(key.id, key)
  }
  return [...found.values()]
}
/** The list that the Rust library compares with its documentation. */
function publishedKeys() {
  const source = readFileSync(new URL('../../src/keys/published.rs', import.meta.url), 'utf8')
  const keys = source.match(/const KEYS[^;]*;[^;]*;/)[0].match(/[\w+/]{43}=/g)
  assert.ok(keys.length >= 3)
  return keys
}

const fails = (kind, call) => assert.throws(call, (error) => error instanceof SessionError && error.kind === kind)
const refused = (kind, result) => assert.deepEqual({ ...result }, { ok: false, kind })

for (const mode of ['signed', 'encrypted']) {
  const codec = Codec[mode](options)

  test(`${mode}: a session comes back with its times`, () => {
    const session = codec.decode(codec.begin(data, { now: NOW }), { now: NOW })
    assert.ok(session.ok)
    assert.deepEqual(session.data, data)
    const { id, startedAt, issuedAt, expiresAt, expiry, keyId } = session
    assert.deepEqual({ id, startedAt, issuedAt, expiresAt, expiry, keyId },
      { id: undefined, startedAt: NOW, issuedAt: NOW, expiresAt: NOW + 2 * HOUR, expiry: 'policy', keyId: key.id })
  })

  test(`${mode}: update and renew keep start, ID and expiry`, () => {
    const id = generateSessionId()
    const first = codec.decode(codec.begin(data, { now: NOW, id, expiry: { after: HOUR } }), { now: NOW })
    for (const token of [codec.update(first, { user: 8 }, { now: NOW + 60 }), codec.renew(first, { now: NOW + 60 })]) {
      const next = codec.decode(token, { now: NOW + 60 })
      assert.deepEqual([next.startedAt, next.issuedAt, next.id, next.expiry], [NOW, NOW + 60, id, { after: HOUR }])
    }
    assert.deepEqual(codec.decode(codec.renew(first, { now: NOW }), { now: NOW }).data, data)
  })

  test(`${mode}: no changed character verifies`, () => {
    const token = codec.begin(data, { now: NOW })
    for (let at = 0; at < token.length; at += 1) {
      const other = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
      assert.equal(codec.decode(other, { now: NOW }).ok, false)
    }
  })

  test(`${mode}: another purpose, key, mode, context or schema refuses`, () => {
    const token = codec.begin(data, { now: NOW })
    const other = Codec[mode === 'signed' ? 'encrypted' : 'signed'](options)
    refused('wrong_mode', other.decode(token, { now: NOW }))
    refused('bad_signature', Codec[mode]({ ...options, purpose: 'shop/test/other' }).decode(token, { now: NOW }))
    refused('bad_signature', Codec[mode]({ ...options, compact: 'v1' }).decode(token, { now: NOW }))
    refused('bad_signature', codec.withContext('tenant').decode(token, { now: NOW }))
    const kind = otherKey.id === key.id ? 'bad_signature' : 'unknown_key'
    refused(kind, Codec[mode]({ ...options, keys: new KeyRing(otherKey) }).decode(token, { now: NOW }))
  })
}

test('withContext appends: parts add up and cannot be dropped', () => {
  const both = codec.withContext('tenant').withContext('device')
  const token = both.begin(data, { now: NOW })
  assert.ok(codec.withContext('tenant', 'device').decode(token, { now: NOW }).ok)
  for (const other of [codec, codec.withContext('tenant'), codec.withContext('device'), codec.withContext('tenantdevice'), codec.withContext('device', 'tenant')]) {
    refused('bad_signature', other.decode(token, { now: NOW }))
  }
})

test('a compact schema is part of the purpose, and its data may be an array', () => {
  const compact = Codec.signed({ ...options, compact: 'visitor-1' })
  const session = compact.decode(compact.begin([7, 'Ada'], { now: NOW }), { now: NOW })
  assert.deepEqual(session.data, [7, 'Ada'])
})

test('parse gives the data, and what it throws is the refusal `payload`', () => {
  const token = codec.begin(data, { now: NOW })
  assert.equal(codec.decode(token, { now: NOW, parse: ({ user }) => user }).data, 7)
  refused('payload', codec.decode(token, { now: NOW, parse: () => { throw new Error('no') } }))
})

test('a session ends at its expiry, at the absolute timeout, and at a cutoff', () => {
  const token = codec.begin(data, { now: NOW })
  assert.ok(codec.decode(token, { now: NOW + 2 * HOUR - 1 }).ok)
  refused('expired', codec.decode(token, { now: NOW + 2 * HOUR }))
  const short = Codec.signed({ ...options, absoluteTimeout: HOUR })
  refused('expired', short.decode(token, { now: NOW + HOUR }))
  refused('not_yet_valid', codec.decode(token, { now: NOW - 61 }))
  assert.ok(codec.decode(token, { now: NOW - 60 }).ok)
  refused('revoked', Codec.signed({ ...options, notBefore: NOW + 0.5 }).decode(token, { now: NOW }))
  const session = codec.decode(token, { now: NOW })
  assert.ok(session.startedSince(NOW))
  assert.ok(!session.startedSince(NOW + 0.001))
  assert.ok(!session.startedSince(codec.cutoff({ now: NOW })))
})

test('a renewal is due at half of the life, where it moves the expiry, and once another key signs', () => {
  const decode = (codec, expiry) => codec.decode(codec.begin(data, { now: NOW, expiry }), { now: NOW })
  const session = decode(codec, 'policy')
  assert.deepEqual([session.renewal(NOW + HOUR - 1), session.renewal(NOW + HOUR)], [undefined, 'age'])
  assert.equal(decode(codec, { at: NOW + HOUR }).renewal(NOW + HOUR - 1), undefined)
  assert.equal(decode(Codec.signed({ ...options, absoluteTimeout: 2 * HOUR }), 'policy').renewal(NOW + HOUR), undefined)
  const early = decode(Codec.signed({ ...options, renewAfter: 60 }), 'policy')
  assert.deepEqual([early.renewal(NOW + 59), early.renewal(NOW + 60)], [undefined, 'age'])
  const rotated = Codec.signed({ ...options, keys: new KeyRing(otherKey).verifyWith(key) })
  assert.equal(rotated.decode(codec.begin(data, { now: NOW }), { now: NOW }).renewal(NOW), 'key')
})

test('a retired key verifies what it signed until then', () => {
  const retired = Codec.signed({ ...options, keys: new KeyRing(otherKey).retire(key, NOW) })
  assert.ok(retired.decode(codec.begin(data, { now: NOW }), { now: NOW }).ok)
  refused('retired_key', retired.decode(codec.begin(data, { now: NOW + 1 }), { now: NOW + 1 }))
})

test('a key signs from its instant on, and the one before it verifies until the overlap is over', () => {
  const [first, second, third] = distinctKeys(3)
  const ring = new KeyRing(first).activateAt(third, NOW + 200.5).activateAt(second, NOW + 100)
  const codec = Codec.signed({ ...options, keys: ring.overlap(50) })
  const keyAt = (now) => codec.decode(codec.begin(data, { now }), { now }).keyId
  assert.deepEqual([0, 99, 100, 200, 201].map((after) => keyAt(NOW + after)), [first, first, second, second, third].map(({ id }) => id))
  const old = Codec.signed({ ...options, keys: new KeyRing(first) })
  assert.ok(codec.decode(old.begin(data, { now: NOW + 150 }), { now: NOW + 150 }).ok)
  refused('retired_key', codec.decode(old.begin(data, { now: NOW + 151 }), { now: NOW + 151 }))
  assert.equal(codec.decode(old.begin(data, { now: NOW + 99 }), { now: NOW + 99 }).renewal(NOW + 99), undefined)
  assert.equal(codec.decode(old.begin(data, { now: NOW + 99 }), { now: NOW + 99 }).renewal(NOW + 100), 'key')
  const future = Codec.signed({ ...options, keys: new KeyRing(third).activateAt(first, NOW).activateAt(second, NOW + 100) })
  assert.equal(future.decode(future.begin(data, { now: NOW + 50 }), { now: NOW }).renewal(NOW), undefined, "a token's own time counts")
})

test('a ring whose keys all have instants signs by the earliest before it', () => {
  const [first, second] = distinctKeys(2)
  const text = (key) => Buffer.from(bytesOf.get(key)).toString('base64')
  const codec = Codec.signed({ ...options, keys: KeyRing.fromBase64List(`${text(second)}@2030-01-01T00:00:00Z,${text(first)}@2029-01-01T00:00:00Z`) })
  assert.equal(codec.decode(codec.begin(data, { now: NOW }), { now: NOW }).keyId, first.id)
})

test('the cutoff of a moment is half of the leeway ahead', () => {
  assert.deepEqual([60, 3, 1, 0].map((leeway) => Codec.signed({ ...options, leeway }).cutoff({ now: NOW }) - NOW), [30, 1, 1, 1])
})

test('a renewal issues the payload as it was, floats and keys in their order', () => {
  const token = codec.begin(data, { now: NOW })
  const session = codec.decode(token, { now: NOW })
  session.data.user = 8
  assert.deepEqual(codec.decode(codec.renew(session, { now: NOW }), { now: NOW }).data, data)
  assert.equal(codec.renew(session, { now: NOW }), token)
})

test('only a session that this codec verified can be updated, and only while it is valid', () => {
  const session = codec.decode(codec.begin(data, { now: NOW }), { now: NOW })
  fails('other_codec', () => Codec.encrypted(options).update(session, data, { now: NOW }))
  fails('other_codec', () => codec.withContext('x').renew(session, { now: NOW }))
  fails('expired', () => codec.renew(session, { now: NOW + 2 * HOUR }))
  const other = Codec.signed({ ...options, keys: new KeyRing(otherKey) })
  fails('unknown_key', () => other.renew(session, { now: NOW }))
  assert.ok(Codec.signed({ ...options, keys: new KeyRing(otherKey).verifyWith(key) }).renew(session, { now: NOW }))
  assert.throws(() => codec.update({ ok: true, data }, data), TypeError)
})

test('a session asks for no more than maxRequestedAge, and for some time', () => {
  const longer = Codec.signed({ ...options, maxRequestedAge: 14 * DAY })
  assert.equal(longer.decode(longer.begin(data, { now: NOW, expiry: { after: 14 * DAY } }), { now: NOW }).expiresAt, NOW + 14 * DAY)
  fails('expiry_too_long', () => longer.begin(data, { now: NOW, expiry: { after: 14 * DAY + 1 } }))
  fails('expiry_too_long', () => longer.begin(data, { now: NOW, expiry: { after: Infinity } }))
  fails('expiry_too_long', () => longer.begin(data, { now: NOW, expiry: { at: NOW + 15 * DAY } }))
  for (const expiry of [{ after: 0 }, { after: 0.9 }, { after: -1 }, { after: NaN }, { after: '60' * NaN }, { at: NOW }]) {
    fails('expiry_not_later', () => longer.begin(data, { now: NOW, expiry }))
  }
  fails('time_out_of_range', () => codec.begin(data, { now: -1 }))
  fails('time_out_of_range', () => codec.begin(data, { now: 2 ** 32 }))
})

test('a token that is too long is an error with its length and the limit', () => {
  assert.throws(() => codec.begin('x'.repeat(4096), { now: NOW }), { kind: 'too_long', message: /the token is 55\d\d characters long; the limit is 4096/ })
  refused('too_long', codec.decode('A'.repeat(4097), { now: NOW }))
  refused('too_long', codec.decode('é'.repeat(2049), { now: NOW }))
  refused('malformed', codec.decode('é'.repeat(2048), { now: NOW }))
})

test('a Date is an instant', () => {
  const session = codec.decode(codec.begin(data, { now: new Date(NOW * 1000 + 999), expiry: { at: new Date((NOW + 60) * 1000) } }), { now: new Date(NOW * 1000) })
  assert.deepEqual([session.issuedAt, session.expiry], [NOW, { at: NOW + 60 }])
})

test('the clock is the default', () => {
  const session = codec.decode(codec.begin(data))
  assert.ok(Math.abs(session.issuedAt - Date.now() / 1000) < 60)
})

test('nothing prints session data or keys', () => {
  const session = codec.decode(codec.begin({ secret: 'marmalade' }, { now: NOW }), { now: NOW })
  for (const text of [show(session, { depth: 9 }), JSON.stringify(session), String(session)]) assert.doesNotMatch(text, /marmalade/)
  const shown = [show([codec, keys, key], { depth: 9, showHidden: true }), JSON.stringify([codec, keys, key])].join()
  assert.equal(shown.match(/[\w+/-]{20,}/g)?.filter((word) => !/^[A-Za-z]+$/.test(word)).join() ?? '', '')
})

test('inspect says what a token says, of no key', () => {
  const id = generateSessionId()
  const { ok, unverified } = inspect(codec.begin(data, { now: NOW, id, expiry: { after: 60 } }))
  assert.ok(ok)
  const { payloadLength, tokenLength, ...rest } = unverified
  assert.deepEqual(rest, { version: 1, mode: 'signed', keyId: key.id, id, startedAt: NOW, issuedAt: NOW, expiry: { after: 60 } })
  assert.ok(payloadLength < tokenLength)
  refused('malformed', inspect('no token!'))
  refused('unsupported_version', inspect('AAAA'))
})

test('keys come from base64 of either alphabet, from hexadecimal, from bytes', () => {
  const bytes = Uint8Array.from({ length: 32 }, (_, at) => (at * 37 + 250) & 0xff)
  const base64 = Buffer.from(bytes).toString('base64')
  const same = [Key.fromBytes(bytes), Key.fromBase64(base64), Key.fromBase64(Buffer.from(bytes).toString('base64url')), Key.fromHex(Buffer.from(bytes).toString('hex').toUpperCase())]
  for (const other of same) assert.throws(() => new KeyRing(same[0]).verifyWith(other), /key [\da-f]{2} is on the ring twice/)
  const second = Buffer.from(bytes.toReversed()).toString('base64')
  assert.equal(KeyRing.fromBase64List(` ${base64} ,\n${second}@2026-12-01T00:00:00Z `).keyIds.length, 2)
  assert.equal(KeyRing.fromBase64List(`${base64}@2026-12-01T01:00:00+01:00,${second}@2026-11-30t00:00:00.5z`).keyIds.length, 2)
  bytes.fill(0)
  assert.equal(new KeyRing(same[0]).keyIds[0], same[1].id)
})

test('bad keys are errors that show no key', () => {
  const secret = Buffer.from(crypto.getRandomValues(new Uint8Array(31))).toString('base64')
  const spare = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')
  for (const [make, sentence, type = TypeError] of [
    [() => Key.fromBase64(secret), /at least 32 random bytes in base64/],
    [() => Key.fromBase64('é'), /in base64/],
    [() => Key.fromBase64(`'${spare}'`), /without quotes, semicolons or spaces/],
    [() => KeyRing.fromBase64List(`${spare};${spare}`), /key 1 of the list: .*without quotes, semicolons or spaces/],
    ...publishedKeys().map((key) => [() => Key.fromBase64(key), /random bytes in base64/]),
    [() => Key.fromBase64('0123456789abcdef'.repeat(4)), /not hexadecimal/],
    [() => Key.fromHex('0'.repeat(63)), /in hexadecimal/],
    [() => Key.fromHex('00'.repeat(32)), /random/],
    [() => Key.fromBytes(new Uint8Array(32)), /random/],
    [() => Key.fromBytes(Uint8Array.from({ length: 64 }, (_, at) => at & 15).subarray(0, 31)), /32/],
    [() => KeyRing.fromBase64List(undefined), /is its variable set/],
    [() => KeyRing.fromBase64List(''), /key 1 of the list/],
    [() => KeyRing.fromBase64List(`${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')},${secret}`), /key 2 of the list/],
    [() => KeyRing.fromBase64List(`${spare},${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')}`), /keys [\da-f]{2} and [\da-f]{2} would sign at once; give the new one its instant/],
    ...['', '2026-12-01', '2026-02-30T00:00:00Z', '2026-12-01T00:00:00', '2026-12-01T24:00:01Z', '1764547200', 'tomorrow'].map((instant) => (
      [() => KeyRing.fromBase64List(`${spare}@${instant}`), /key 1 of the list: after the @ an instant is needed/])),
    [() => keys.activateAt(otherKey, Date.now()), /not milliseconds/, RangeError],
    [() => keys.activateAt(otherKey, NOW).activateAt(Key.generate(), NOW), /would sign at once/],
    [() => keys.overlap(-1), /overlap/, RangeError],
    [() => new KeyRing('text'), /Key\.fromBase64/],
    [() => keys.verifyWith('text'), /Key\.fromBase64/],
  ]) {
    assert.throws(make, (error) => error instanceof type && sentence.test(error.message) && !error.message.includes(secret) && !error.message.includes(spare), String(make))
  }
})

test('bad configuration is an error at once', () => {
  for (const [changed, sentence] of [
    [{ purpose: '' }, /purpose/], [{ purpose: undefined }, /purpose/], [{ purpose: 7 }, /purpose/],
    [{ purpose: 'a\u001fb' }, /U\+001F/], [{ purpose: '\ud800' }, /purpose/], [{ compact: '' }, /compact/], [{ compact: 'a\u001f' }, /U\+001F/],
    [{ keys: undefined }, /KeyRing/], [{ keys: 'c2VjcmV0' }, /KeyRing/], [{ keys: key }, /KeyRing/],
    [{ maxAge: undefined }, /maxAge/], [{ maxAge: '7200' }, /maxAge/], [{ maxAge: 0 }, /maxAge/], [{ maxAge: 0.5 }, /maxAge/],
    [{ maxAge: NaN }, /maxAge/], [{ maxAge: 2 * HOUR * 1000 }, /absoluteTimeout must be set/],
    [{ maxAge: 14 * DAY * 1000 }, /maxAge must be 1 to 34560000 seconds, not milliseconds; got 1209600000/],
    [{ maxRequestedAge: HOUR }, /maxRequestedAge/], [{ maxRequestedAge: 31 * DAY }, /absoluteTimeout must be set, or "none"/],
    [{ absoluteTimeout: 0 }, /absoluteTimeout/], [{ absoluteTimeout: DAY * 1000 }, /absoluteTimeout.*not milliseconds/],
    [{ absoluteTimeout: 'never' }, /absoluteTimeout/], [{ absoluteTimeout: Infinity }, /absoluteTimeout/],
    [{ leeway: -1 }, /leeway/], [{ leeway: 100_000 }, /leeway/], [{ renewAfter: 0 }, /renewAfter/],
    [{ notBefore: NOW * 1000 }, /cutoff.*not milliseconds/], [{ notBefore: new Date('x') }, /cutoff/],
    [{ maxLength: 0 }, /maxLength/], [{ maxLength: 1e6 }, /maxLength/], [{ longest: 5 }, /no option longest/], [{ maxage: 5 }, /no option maxage/],
  ]) {
    assert.throws(() => Codec.signed({ ...options, ...changed }), (error) => sentence.test(error.message) && !(error instanceof SessionError), JSON.stringify(changed))
  }
})

test('bad arguments are errors at once', () => {
  const session = codec.decode(codec.begin(data, { now: NOW }), { now: NOW })
  for (const [call, sentence] of [
    [() => codec.begin(data, { now: Date.now() }), /now must be a Date or seconds since 1970, not milliseconds/],
    [() => codec.decode('x', { now: Date.now() }), /not milliseconds/], [() => codec.decode('x', { now: '5' }), /now/],
    [() => codec.renew(session, { now: NaN }), /now/], [() => session.renewal(Date.now()), /not milliseconds/],
    [() => session.startedSince(Date.now()), /cutoff/], [() => keys.retire(otherKey, Date.now()), /retiredAt/],
    [() => codec.begin(data, { id: 'abc' }), /32 hexadecimal digits/], [() => codec.begin(data, { id: '' }), /32 hexadecimal digits/],
    [() => codec.begin(data, { id: 'g'.repeat(32) }), /32 hex/], [() => codec.begin(data, { id: '0'.repeat(31) }), /32 hex/],
    [() => codec.begin(data, { id: new Uint8Array(16) }), /32 hex/], [() => codec.update(session, data, { now: NOW, id: 'x' }), /32 hex/],
    [() => codec.begin(data, { expiry: { after: 60, at: NOW } }), /expiry must be/], [() => codec.begin(data, { expiry: 'forever' }), /expiry must be/],
    [() => codec.begin(data, { expiry: {} }), /expiry must be/], [() => codec.begin(data, { expiry: null }), /expiry must be/],
    [() => codec.begin(data, { expiry: 60 }), /expiry must be/], [() => codec.begin(data, { expiry: '' }), /expiry must be/],
    [() => codec.begin(data, { now: NOW, expiry: { at: NOW * 1000 } }), /expiry\.at.*not milliseconds/],
    [() => codec.withContext(7), /part of a context/], [() => codec.withContext('x'.repeat(65_536)), /65535/],
    [() => codec.withContext(...Array(256).fill('x')), /256 parts; the limit is 255/], [() => codec.decode(undefined), /token must be a string/],
    [() => inspect(undefined), /token must be a string/],
  ]) {
    assert.throws(call, (error) => sentence.test(error.message) && !(error instanceof SessionError), String(call))
  }
})

test('an ID of upper-case digits is the same ID', () => {
  const session = codec.decode(codec.begin(data, { now: NOW, id: 'AB'.repeat(16) }), { now: NOW })
  assert.equal(session.id, 'ab'.repeat(16))
})
