// The session cookie: reading, writing and clearing it.

import assert from 'node:assert/strict'
import { inspect as show } from 'node:util'
import { test } from 'node:test'
import { Codec, Key, KeyRing, SessionCookie, SessionError } from '../dist/index.js'

const NOW = 1_790_000_000
const HOUR = 3600
const DAY = 24 * HOUR
const now = NOW
const [key, otherKey] = distinctKeys()
const options = { purpose: 'shop/test/session', keys: new KeyRing(key), maxAge: 2 * HOUR, maxRequestedAge: 14 * DAY }
const codec = Codec.signed(options)
const sessions = new SessionCookie({ codec })
const cleared = '__Host-session=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT'

/** Two keys whose IDs differ. */
function distinctKeys() {
  const first = Key.generate()
  for (;;) {
    const second = Key.generate()
    if (second.id !== first.id) return [first, second]
  }
}

const fails = (kind, call) => assert.throws(call, (error) => error instanceof SessionError && error.kind === kind)
const cookie = (...tokens) => tokens.map((token) => `__Host-session=${token}`).join('; ')
const begin = (data, options) => sessions.codec.begin(data, { now, ...options })
/** Runs one request: the handler with its session, then the response's headers. */
function visit(header, handle = () => {}, { status = 200, at = now, by = sessions } = {}) {
  const session = by.read(header, { now: at })
  handle(session)
  return by.headersFor(session, status, { now: at })
}
const valueOf = ({ setCookie }) => setCookie.slice(setCookie.indexOf('=') + 1, setCookie.indexOf(';'))
const again = (headers) => cookie(valueOf(headers))
const logIn = (data) => (session) => session.logIn(data)
const action = (...args) => visit(...args).action

test('a session is set, comes back, and is not sent again', () => {
  const first = visit(undefined, (session) => { session.data.user = 7 })
  assert.match(first.setCookie, /^__Host-session=[\w-]+; HttpOnly; SameSite=Lax; Secure; Path=\/; Max-Age=7200$/)
  const second = visit(again(first), (session) => assert.deepEqual(session.data, { user: 7 }))
  assert.deepEqual({ ...second }, { action: 'keep', setCookie: undefined, vary: true })
})

test('an untouched session sends nothing, not even Vary', () => {
  assert.deepEqual({ ...visit(cookie(begin({ user: 7 }))) }, { action: 'keep', setCookie: undefined, vary: false })
  assert.deepEqual({ ...visit(undefined) }, { action: 'keep', setCookie: undefined, vary: false })
})

test('looking at data, start or expiry varies by cookie; at the ID it does not', () => {
  for (const [look, vary] of [
    [(session) => session.data, true], [(session) => session.startedAt, true], [(session) => session.expiry, true],
    [(session) => session.isEmpty, true], [(session) => session.expiresAt, true], [(session) => session.id, false],
    [(session) => session.rejected, false], [(session) => session.hadCookie, false], [(session) => session.isModified, false],
  ]) assert.equal(visit(cookie(begin({ user: 7 })), look).vary, vary, String(look))
})

test('a nested change is saved, and one that was undone is not', () => {
  const header = cookie(begin({ cart: [{ item: 1 }] }))
  const changed = visit(header, ({ data }) => { data.cart[0].item = 2 })
  assert.deepEqual(sessions.read(again(changed), { now }).data, { cart: [{ item: 2 }] })
  assert.equal(action(header, ({ data }) => { data.cart.push(1); data.cart.pop() }), 'keep')
})

test('a second visitor who logs in gets nothing of the first', () => {
  const ada = visit(undefined, logIn({ user: 'Ada', notes: ['secret'] }))
  const bob = visit(again(ada), logIn({ user: 'Bob' }))
  assert.deepEqual(sessions.read(again(bob), { now }).data, { user: 'Bob' })
})

test('logIn gives a new ID and a new start, and forgets the expiry', () => {
  const before = cookie(begin({ cart: [1] }, { id: '0a'.repeat(16), expiry: { after: DAY }, now: NOW - HOUR }))
  const session = sessions.read(before, { now })
  const { cart } = session.data
  session.logIn({ user: 7, cart })
  const after = sessions.read(again(sessions.headersFor(session, 200, { now })), { now })
  assert.deepEqual([after.data, after.startedAt, after.expiry], [{ user: 7, cart: [1] }, NOW, 'policy'])
  assert.notEqual(after.id, '0a'.repeat(16))
})

test('setExpiry after logIn is remembered', () => {
  const headers = visit(undefined, (session) => {
    session.logIn({ user: 7 })
    session.setExpiry({ after: 14 * DAY })
  })
  assert.match(headers.setCookie, /Max-Age=1209600$/)
  assert.deepEqual(sessions.read(again(headers), { now }).expiry, { after: 14 * DAY })
  assert.doesNotMatch(visit(undefined, (session) => { session.logIn({ user: 7 }); session.setExpiry('browser_close') }).setCookie, /Max-Age|Expires/)
})

test('setExpiry refuses what has passed or is too long, and changes nothing', () => {
  const session = sessions.read(undefined, { now })
  fails('expiry_not_later', () => session.setExpiry({ at: NOW }))
  fails('expiry_too_long', () => session.setExpiry({ after: 14 * DAY + 1 }))
  assert.throws(() => session.setExpiry({ after: 1, at: 2 }), TypeError)
  assert.equal(session.expiry, 'policy')
  assert.equal(session.secondsLeft(NOW), 2 * HOUR)
})

test('logInAfter a cutoff begins after it, however the clock goes', () => {
  const cutoff = codec.cutoff({ now })
  const headers = visit(undefined, (session) => session.logInAfter(cutoff, { user: 7 }))
  const session = sessions.read(again(headers), { now })
  assert.equal(session.revokeBefore(cutoff), false)
  assert.equal(session.startedAt, NOW + 30)
  assert.equal(sessions.read(again(visit(undefined, (session) => session.logInAfter(NOW - DAY, { user: 7 }))), { now }).startedAt, NOW)
  fails('not_yet_valid', () => visit(undefined, (session) => session.logInAfter(NOW + DAY, { user: 7 })))
})

test('cycleId gives a new ID; data and start stay', () => {
  const before = cookie(begin({ user: 7 }, { id: '0a'.repeat(16), now: NOW - 60 }))
  const after = sessions.read(again(visit(before, (session) => session.cycleId())), { now })
  assert.deepEqual([after.data, after.startedAt], [{ user: 7 }, NOW - 60])
  assert.notEqual(after.id, '0a'.repeat(16))
})

test('flush clears what came, good or bad, and gives the ID', () => {
  const headers = visit(cookie(begin({ user: 7 }, { id: '0a'.repeat(16) })), (session) => assert.equal(session.flush(), '0a'.repeat(16)))
  assert.equal(headers.setCookie, cleared)
  for (const bad of ['noise', foreign(), `${begin({ a: 1 })}; __Host-session=${begin({ b: 2 })}`]) {
    assert.equal(action(cookie(bad), (session) => session.flush()), 'clear')
  }
  assert.equal(action(undefined, (session) => session.flush()), 'keep')
})

test('a session that is flushed and filled again is a new one', () => {
  const headers = visit(cookie(begin({ user: 7 }, { id: '0a'.repeat(16), now: NOW - 60 })), (session) => {
    session.flush()
    session.data.user = 8
  })
  const { id, startedAt, data } = sessions.read(again(headers), { now })
  assert.deepEqual([startedAt, data], [NOW, { user: 8 }])
  assert.notEqual(id, '0a'.repeat(16))
})

test('a session that is emptied clears its cookie', () => {
  const header = cookie(begin({ user: 7 }))
  assert.equal(action(header, (session) => session.clear()), 'clear')
  assert.equal(action(header, ({ data }) => { delete data.user }), 'clear')
  assert.equal(action(undefined, (session) => session.clear()), 'keep')
})

/** Returns a token that another server may accept, but this one cannot. */
function foreign() {
  return new SessionCookie({ codec: Codec.signed({ ...options, keys: new KeyRing(otherKey) }) }).codec.begin({ user: 7 }, { now })
}

test('a bad cookie is cleared only if it can never be valid again', () => {
  const table = {
    malformed: ['clear', 'noise'],
    too_long: ['clear', 'A'.repeat(4097)],
    revoked: ['clear', begin({ user: 7 }, { now: NOW - 60 }), { notBefore: NOW }],
    unknown_key: ['keep', foreign()],
    bad_signature: ['keep', codec.begin({ user: 7 }, { now })],
    not_yet_valid: ['keep', begin({ user: 7 }, { now: NOW + 61 })],
    unsupported_version: ['keep', 'Q'.repeat(80)],
    wrong_mode: ['keep', new SessionCookie({ codec: Codec.encrypted(options) }).codec.begin({ user: 7 }, { now })],
    payload: ['keep', begin([1, 2])],
    expired: ['keep', begin({ user: 7 }, { now: NOW - 2 * HOUR })],
    retired_key: ['keep', begin({ user: 7 }), { keys: new KeyRing(otherKey).retire(key, NOW - 1) }],
  }
  for (const [kind, [expected, token, changed = {}]] of Object.entries(table)) {
    const by = new SessionCookie({ codec: Codec.signed({ ...options, ...changed }) })
    assert.equal(by.read(cookie(token), { now }).rejected, kind)
    assert.equal(action(cookie(token), () => {}, { by }), expected, kind)
    assert.equal(action(cookie(token), (session) => session.data, { by, status: 500 }), 'keep', `${kind}, 500`)
    assert.equal(action(cookie(token), (session) => { session.data.user = 8 }, { by }), 'set', `${kind}, with new data`)
    assert.equal(action(cookie(token), (session) => session.flush(), { by }), 'clear', `${kind}, flushed`)
  }
  assert.equal(action(cookie('noise', foreign())), 'keep', 'one of them may be valid elsewhere')
  assert.equal(action(cookie('noise', 'noise.')), 'clear')
})

test('a response of 500 or above sends nothing but the clearing of what was flushed', () => {
  const header = cookie(begin({ user: 7 }))
  for (const handle of [({ data }) => { data.user = 8 }, (session) => session.clear(), logIn({ user: 8 }), (session) => session.cycleId()]) {
    assert.equal(action(header, handle, { status: 500 }), 'keep')
    assert.notEqual(action(header, handle, { status: 499 }), 'keep')
  }
  assert.equal(action(header, (session) => session.flush(), { status: 503 }), 'clear')
  assert.equal(action(header, (session) => { session.flush(); session.logIn({ user: 8 }) }, { status: 503 }), 'clear')
})

test('ambiguous cookies stay until logIn or flush', () => {
  const header = cookie(begin({ user: 7 }, { id: '0a'.repeat(16) }), begin({ user: 8 }, { id: '0b'.repeat(16) }))
  const session = sessions.read(header, { now })
  assert.deepEqual([session.rejected, session.data, session.hadCookie], ['ambiguous', {}, true])
  assert.equal(action(header), 'keep')
  assert.equal(action(header, ({ data }) => { data.visits = 1 }), 'keep')
  assert.equal(action(header, (session) => { session.data.visits = 1; session.cycleId() }), 'keep')
  assert.equal(action(header, logIn({ user: 7 })), 'set')
  assert.equal(action(header, (session) => session.flush()), 'clear')
})

test('of one session the newest token counts; sessions without an ID are different ones', () => {
  const id = '0a'.repeat(16)
  const tokens = [begin({ step: 1 }, { id, now: NOW - 2 }), begin({ step: 3 }, { id }), begin({ step: 2 }, { id, now: NOW - 1 })]
  assert.deepEqual(sessions.read(cookie(...tokens), { now }).data, { step: 3 })
  assert.deepEqual(sessions.read(cookie(...tokens.toReversed()), { now }).data, { step: 3 })
  assert.equal(sessions.read(cookie(begin({ a: 1 }), begin({ a: 2 })), { now }).rejected, 'ambiguous')
  assert.deepEqual(sessions.read(cookie(begin({ a: 1 }), begin({ a: 1 })), { now }).data, { a: 1 }, 'equal values count once')
})

test('duplicates that are invalid or revoked lock no one out', () => {
  const good = begin({ user: 7 })
  assert.deepEqual(sessions.read(cookie('noise', foreign(), good), { now }).data, { user: 7 })
  const by = new SessionCookie({ codec, isRevoked: (id) => id === '0b'.repeat(16) })
  const header = cookie(begin({ user: 8 }, { id: '0b'.repeat(16) }), begin({ user: 7 }, { id: '0a'.repeat(16) }))
  assert.deepEqual(by.read(header, { now }).data, { user: 7 })
})

test('180 different values are tried, and nothing is cleared where there are more', () => {
  const noise = (count) => Array.from({ length: count }, (_, at) => `!noise${at}`)
  const good = begin({ user: 7 })
  assert.deepEqual(sessions.read(cookie(...noise(179), good), { now }).data, { user: 7 })
  assert.equal(sessions.read(cookie(...noise(180), good), { now }).rejected, 'malformed')
  assert.equal(action(cookie(...noise(180))), 'clear')
  assert.equal(action(cookie(...noise(180), good)), 'keep')
  assert.equal(action(cookie(...noise(181))), 'keep')
  assert.equal(action(cookie(...noise(180), good), (session) => session.flush()), 'clear')
  assert.deepEqual(sessions.read(cookie(...Array(4000).fill('noise'), good), { now }).data, { user: 7 })
})

test('names are compared exactly; space and tab alone are trimmed; nothing is decoded', () => {
  const good = begin({ user: 7 })
  const user = (header) => sessions.read(header, { now }).data.user
  assert.equal(user(`a=b;\t __Host-session\t =\t${good} ; c`), 7)
  for (const name of ['__host-session', '"__Host-session"', '__Host-session%20', 'x__Host-session', '__Host-sessionx', '\u00a0__Host-session', '\ufeff__Host-session', '\u000b__Host-session', '=__Host-session']) {
    assert.equal(user(`${name}=${good}`), undefined, name)
  }
  for (const value of [`"${good}"`, `${good}=`, `\u00a0${good}`]) assert.equal(sessions.read(cookie(value), { now }).rejected, 'malformed')
  assert.equal(sessions.read('__Host-session', { now }).hadCookie, false)
})

test('cookies come from a request, headers, Node headers, text or a list', () => {
  const header = cookie(begin({ user: 7 }))
  const request = new Request('https://shop.test/', { headers: { cookie: header } })
  for (const source of [request, request.headers, { headers: { cookie: header } }, header, ['a=b', header]]) {
    assert.equal(sessions.read(source, { now }).data.user, 7)
  }
  for (const source of [undefined, null, '', [], new Request('https://shop.test/'), { headers: {} }]) {
    assert.equal(sessions.read(source, { now }).hadCookie, false)
  }
})

test('a renewal is sent at half of the life and not before, and once another key signs', () => {
  const header = cookie(begin({ user: 7 }))
  assert.equal(action(header, () => {}, { at: NOW + HOUR - 1 }), 'keep')
  const renewed = visit(header, () => {}, { at: NOW + HOUR })
  assert.deepEqual([renewed.action, renewed.vary], ['set', true])
  assert.equal(sessions.read(again(renewed), { now: NOW + 2 * HOUR }).startedAt, NOW)
  const rotated = new SessionCookie({ codec: Codec.signed({ ...options, keys: new KeyRing(otherKey).verifyWith(key) }) })
  assert.equal(action(header, () => {}, { by: rotated }), 'set')
})

test('an empty session that came is left alone until it is written', () => {
  const header = cookie(begin({}))
  assert.equal(action(header, (session) => session.data), 'keep')
  assert.equal(action(header, (session) => session.clear()), 'clear')
  assert.equal(action(header, (session) => { session.data.user = 7 }), 'set')
})

test('an expiry that was asked for and passed during the request clears the cookie', () => {
  const session = sessions.read(cookie(begin({ user: 7 })), { now })
  session.setExpiry({ at: NOW + 1 })
  assert.equal(sessions.headersFor(session, 200, { now: NOW + 1 }).action, 'clear')
})

test('saveEveryRequest writes what was not touched, and nothing empty', () => {
  const by = new SessionCookie({ codec, saveEveryRequest: true })
  assert.equal(action(cookie(begin({ user: 7 })), () => {}, { by }), 'set')
  assert.equal(action(undefined, () => {}, { by }), 'keep')
})

test('the cookie keeps the payload that came where the data is as it was', () => {
  // A map with unsorted keys and a float without a fraction, which JavaScript would encode differently.
  const payload = Uint8Array.of(0x82, 0xa1, 0x62, 0xcb, 0x40, 0x08, 0, 0, 0, 0, 0, 0, 0xa1, 0x31, 0x01)
  const token = sessions.codec.issue(sessions.codec.opening({ now }), payload)
  const at = NOW + HOUR
  const renewed = visit(cookie(token), (session) => assert.deepEqual(session.data, { 1: 1, b: 3 }), { at })
  const bytes = Buffer.from(valueOf(renewed), 'base64url')
  assert.ok(bytes.includes(Buffer.from(payload)))
})

test('a session that expires during the request is left alone, a revoked one is cleared', () => {
  const session = sessions.read(cookie(begin({ user: 7 })), { now })
  session.data.user = 8
  assert.equal(sessions.headersFor(session, 200, { now: NOW + 2 * HOUR }).action, 'keep')
  const list = new Set()
  const by = new SessionCookie({ codec, isRevoked: (id) => list.has(id) })
  const other = by.read(cookie(begin({ user: 7 }, { id: '0a'.repeat(16) })), { now })
  other.data.user = 8
  list.add('0a'.repeat(16))
  assert.equal(by.headersFor(other, 200, { now }).action, 'clear')
  other.cycleId()
  assert.equal(by.headersFor(other, 200, { now }).action, 'clear', 'a new ID carries no revoked session on')
})

test('a list of revoked sessions may give promises, by the methods that wait', async () => {
  const list = new Set(['0b'.repeat(16)])
  const by = new SessionCookie({ codec, isRevoked: async (id) => list.has(id) })
  const header = cookie(begin({ user: 7 }, { id: '0a'.repeat(16) }), begin({ user: 8 }, { id: '0b'.repeat(16) }), 'noise')
  const session = await by.readAsync(header, { now })
  assert.deepEqual(session.data, { user: 7 })
  assert.throws(() => by.read(header, { now }), /isRevoked must return true or false/)
  session.data.user = 9
  assert.throws(() => by.headersFor(session, 200, { now }), /isRevoked must return true or false/)
  assert.equal((await by.headersForAsync(session, 200, { now })).action, 'set')
  list.add('0a'.repeat(16))
  assert.equal((await by.headersForAsync(session, 200, { now })).action, 'clear')
  assert.equal((await by.readAsync(cookie(begin({ a: 1 }, { id: '0b'.repeat(16) })), { now })).rejected, 'revoked_id')
  const broken = new SessionCookie({ codec, isRevoked: async () => null })
  await assert.rejects(broken.readAsync(header, { now }), /isRevoked must return true or false/)
  const down = new SessionCookie({ codec, isRevoked: async () => { throw new Error('down') } })
  await assert.rejects(down.readAsync(header, { now }), /down/)
})

test('revokeBefore ends what began before a cutoff', () => {
  const header = cookie(begin({ user: 7 }, { now: NOW - 60 }))
  const session = sessions.read(header, { now })
  assert.equal(session.revokeBefore(NOW - 60), false)
  assert.equal(session.revokeBefore(NOW - 59), true)
  assert.deepEqual([session.rejected, session.data], ['revoked', {}])
  assert.equal(sessions.headersFor(session, 500, { now }).action, 'clear')
})

test("the cookie's name is bound: a value of one cookie fails in another", () => {
  const prefs = new SessionCookie({ codec, name: '__Host-prefs' })
  const token = valueOf(visit(undefined, ({ data }) => { data.admin = true }, { by: prefs }))
  assert.equal(sessions.read(cookie(token), { now }).rejected, 'bad_signature')
  assert.ok(prefs.codec.decode(token, { now }).ok)
  assert.ok(codec.withContext('__Host-prefs').decode(token, { now }).ok)
})

test("parts follow the name: those of the codec, then the cookie's", () => {
  const by = new SessionCookie({ codec: codec.withContext('a') }).withContext('b', 'c').withContext('d')
  const token = valueOf(visit(undefined, ({ data }) => { data.user = 7 }, { by }))
  assert.ok(codec.withContext('__Host-session', 'a', 'b', 'c', 'd').decode(token, { now }).ok)
  assert.equal(sessions.read(cookie(token), { now }).rejected, 'bad_signature')
})

test('a session is written by the cookie that read it, and no other', () => {
  const session = sessions.read(undefined, { now })
  session.data.user = 7
  for (const other of [sessions.withContext('x'), new SessionCookie({ codec, name: '__Host-other' }), new SessionCookie({ codec: Codec.encrypted(options) })]) {
    fails('other_cookie', () => other.headersFor(session, 200, { now }))
  }
})

test('another codec is accepted until a date, and written anew', () => {
  const encrypted = new SessionCookie({ codec: Codec.encrypted(options), acceptPrevious: { codec, until: NOW + DAY } })
  const token = begin({ user: 7 }, { id: '0a'.repeat(16), expiry: { after: DAY }, now: NOW - 60 })
  const moved = visit(cookie(token), () => {}, { by: encrypted })
  const plain = new SessionCookie({ codec: Codec.encrypted(options) }).read(again(moved), { now })
  assert.deepEqual([plain.data, plain.id, plain.startedAt, plain.expiry], [{ user: 7 }, '0a'.repeat(16), NOW - 60, { after: DAY }])
  assert.equal(encrypted.read(cookie(begin({ user: 7 }, { now: NOW + DAY })), { now: NOW + DAY }).rejected, 'wrong_mode')
  assert.equal(encrypted.read(cookie(begin({ user: 7 }, { now: NOW - 2 * HOUR })), { now }).rejected, 'expired')
  const strict = new SessionCookie({ codec: Codec.encrypted({ ...options, absoluteTimeout: 30 }), acceptPrevious: { codec, until: NOW + DAY } })
  assert.equal(strict.read(cookie(token), { now }).rejected, 'expired')
  assert.equal(encrypted.withContext('tenant').read(cookie(token), { now }).rejected, 'wrong_mode', 'an unbound token is not bound')
})

test('the previous codec is bound as the cookie is, unless it is asked for unbound', () => {
  const previous = Codec.signed(options)
  const until = NOW + DAY
  const tenant = (acceptPrevious) => new SessionCookie({ codec: Codec.encrypted(options).withContext('shop'), acceptPrevious }).withContext('tenant')
  const bound = tenant({ codec: previous, until })
  const rejected = (sessions, codec) => sessions.read(cookie(codec.begin({ user: 7 }, { now })), { now }).rejected
  assert.equal(rejected(bound, previous.withContext('__Host-session', 'shop', 'tenant')), undefined)
  assert.equal(rejected(bound, previous.withContext('__Host-session', 'shop')), 'wrong_mode')
  assert.equal(rejected(bound, previous), 'wrong_mode')
  assert.equal(rejected(tenant({ codec: previous.withContext('shop'), until }), previous.withContext('__Host-session', 'shop', 'tenant')), undefined)
  assert.equal(rejected(tenant({ codec: previous, until, isUnbound: true }), previous), undefined)
  assert.equal(rejected(tenant({ codec: previous.withContext('x'), until, isUnbound: true }), previous.withContext('x')), undefined)
  assert.throws(() => tenant({ codec: previous.withContext('other'), until }), /another context/)
})

test('parse checks the data, and empty makes that of a new session', () => {
  const by = new SessionCookie({
    codec,
    empty: () => ({ user: null, cart: [] }),
    parse: (payload) => {
      if (!Array.isArray(payload?.cart)) throw new Error('no cart')
      return { user: payload.user ?? null, cart: payload.cart }
    },
  })
  assert.deepEqual(by.read(undefined, { now }).data, { user: null, cart: [] })
  assert.equal(action(undefined, (session) => session.data, { by }), 'keep')
  assert.equal(by.read(cookie(begin({ user: 7 })), { now }).rejected, 'payload')
  assert.deepEqual(by.read(cookie(begin({ cart: [1] })), { now }).data, { user: null, cart: [1] })
})

test('by default the data is an object: anything else is the rejection `payload`', () => {
  for (const payload of [7, 'text', null, [1], new Map([[1, 2]]), Uint8Array.of(1)]) {
    assert.equal(sessions.read(cookie(begin(payload)), { now }).rejected, 'payload')
  }
})

test('what cannot be written, or is too long, is an error of the response', () => {
  fails('payload', () => visit(undefined, ({ data }) => { data.when = new Date() }))
  fails('too_long', () => visit(undefined, ({ data }) => { data.text = 'x'.repeat(4096) }))
  const by = new SessionCookie({ codec: Codec.signed({ ...options, maxLength: 8192 }), idSource: 'none' })
  const length = (count) => visit(undefined, ({ data }) => { data.text = 'x'.repeat(count) }, { by }).setCookie.indexOf(';')
  let count = 2900
  while (length(count) < 4096) count += 1
  assert.ok(length(count) <= 4097)
  assert.throws(() => length(count + 3), /the cookie is 4\d{3} characters long with its name; the limit is 4096/)
})

test('idSource "none" makes sessions without an ID', () => {
  const by = new SessionCookie({ codec, idSource: 'none' })
  assert.equal(by.read(again(visit(undefined, logIn({ user: 7 }), { by })), { now }).id, undefined)
  const bad = new SessionCookie({ codec, idSource: () => 'short' })
  assert.throws(() => visit(undefined, logIn({ user: 7 }), { by: bad }), /32 hexadecimal digits/)
})

const response = (headers = {}, init = {}) => sessions.commit(
  Object.assign(sessions.read(undefined, { now }), { data: { user: 7 } }), new Response('', { ...init, headers }), { now })

test('Set-Cookie stands beside others; Vary and Cache-Control are merged', () => {
  const others = new Headers([['set-cookie', 'a=b'], ['vary', 'accept-encoding'], ['cache-control', 'public, max-age=60, s-maxage=90']])
  const { headers } = response(others)
  assert.deepEqual(headers.getSetCookie().map((line) => line.split('=')[0]), ['a', '__Host-session'])
  assert.equal(headers.get('vary'), 'accept-encoding, Cookie')
  assert.equal(headers.get('cache-control'), 'private, max-age=60')
  for (const vary of ['Cookie', 'accept, cookie', '*']) assert.equal(response({ vary }).headers.get('vary'), vary)
  for (const control of ['private', 'no-store', 'max-age=0, No-Store']) assert.equal(response({ 'cache-control': control }).headers.get('cache-control'), control)
  assert.equal(response({ 'cache-control': 'S-MaxAge=5, PUBLIC, publicity=1' }).headers.get('cache-control'), 'private, publicity=1')
})

test('a response that cannot be changed is copied', async () => {
  const session = sessions.read(undefined, { now })
  session.logIn({ user: 7 })
  const redirect = Response.redirect('https://shop.test/', 303)
  const committed = await sessions.commitAsync(session, redirect, { now })
  assert.notEqual(committed, redirect)
  assert.deepEqual([committed.status, committed.headers.get('location'), committed.headers.getSetCookie().length], [303, 'https://shop.test/', 1])
  const plain = new Response('x')
  assert.equal(sessions.commit(sessions.read(undefined, { now }), plain, { now }), plain)
})

test('attributes are written as set, and bad ones are errors at once', () => {
  const by = new SessionCookie({ codec, name: '__Secure-id', domain: '.shop_1.example.org', path: '/app', sameSite: 'None', partitioned: true, httpOnly: false })
  const { setCookie } = visit(undefined, logIn({ user: 7 }), { by })
  assert.match(setCookie, /^__Secure-id=[\w-]+; SameSite=None; Partitioned; Secure; Path=\/app; Domain=shop_1\.example\.org; Max-Age=7200$/)
  assert.match(visit(undefined, logIn({ user: 7 }), { by: new SessionCookie({ codec, name: 'session', secure: false }) }).setCookie, /; HttpOnly; SameSite=Lax; Path=\/; Max/)
  for (const [changed, sentence] of [
    [{ name: '' }, /name/], [{ name: 'a b' }, /name/], [{ name: 'a=b' }, /name/], [{ name: 'é' }, /name/], [{ name: 'x'.repeat(257) }, /name/],
    [{ path: 'app' }, /path/], [{ path: '/a;b' }, /path/], [{ path: '/a b' }, /path/], [{ path: '/é' }, /path/], [{ path: '/a"b' }, /path/],
    [{ domain: 'localhost', name: 'session' }, /domain/], [{ domain: '127.0.0.1', name: 'session' }, /IP address/], [{ domain: '[::1]', name: 'session' }, /domain/],
    [{ domain: 'example..org', name: 'session' }, /domain/], [{ domain: 'example.org' }, /__Host- requires the path \/ and no domain/],
    [{ path: '/app' }, /__Host- requires/], [{ secure: false }, /set another name where secure is false, as "session"/],
    [{ name: '__HOST-x', path: '/app' }, /__HOST- requires/], [{ name: '__Http-x', httpOnly: false }, /requires httpOnly/],
    [{ name: '__Host-Http-x', httpOnly: false }, /requires httpOnly/], [{ name: '__secure-x', secure: false }, /requires secure/],
    [{ name: 'x', secure: false, sameSite: 'None' }, /require secure/], [{ name: 'x', secure: false, partitioned: true }, /require secure/],
    [{ sameSite: 'lax' }, /sameSite/], [{ samesite: 'Lax' }, /no option samesite/], [{ acceptPrevious: { codec, until: Date.now() } }, /not milliseconds/],
    [{ acceptPrevious: { codec } }, /acceptPrevious\.until/], [{ codec: undefined }, /codec/],
  ]) assert.throws(() => new SessionCookie({ codec, ...changed }), sentence, JSON.stringify(changed))
})

test('Max-Age is what the server accepts, at most the 400 days of browsers', () => {
  const by = new SessionCookie({ codec: Codec.signed({ ...options, maxRequestedAge: 900 * DAY, absoluteTimeout: 'none' }) })
  const headers = visit(undefined, (session) => { session.logIn({ user: 7 }); session.setExpiry({ after: 900 * DAY }) }, { by })
  assert.match(headers.setCookie, /Max-Age=34560000$/)
  const short = new SessionCookie({ codec: Codec.signed({ ...options, absoluteTimeout: HOUR }) })
  assert.match(visit(undefined, logIn({ user: 7 }), { by: short }).setCookie, /Max-Age=3600$/)
})

test('nothing prints session data', () => {
  const session = sessions.read(cookie(begin({ secret: 'marmalade' })), { now })
  assert.equal(session.data.secret, 'marmalade')
  assert.doesNotMatch([show(session, { depth: 9 }), JSON.stringify(session), show(sessions, { depth: 9 })].join(), /marmalade/)
})
